import KernelChoices
import Networks
import Planning

/// One worker's part in the update of a parameter: sums its slice of the gradient over the workers that hold parts of it,
/// and updates that slice, in one pass over memory.
final class UpdateKernel: Kernel {
    private let gradients: [UnsafePointer<Float>]
    private let slice: UpdatedSlice
    private let sum: TreeSum
    private let total: UnsafeMutablePointer<Float>

    /// - Parameters:
    ///   - gradients: the partial sums that the workers have, in the order of the tree, each from the slice's first element on.
    ///   - sum: adds them.
    ///   - slice: of the parameter, updated in place.
    init(gradients: [UnsafePointer<Float>], sum: TreeSum, slice: UpdatedSlice) {
        self.gradients = gradients
        self.slice = slice
        self.sum = sum
        total = .allocate(capacity: TreeSum.chunk)
        total.initialize(repeating: 0, count: TreeSum.chunk)
    }

    deinit { total.deallocate() }

    func run(_ step: StepArguments) throws {
        let update = slice.step(step)
        var isFinite = true
        gradients.withUnsafeBufferPointer { gradients in
            guard let base = gradients.baseAddress else { return }
            var done = 0
            while done < slice.count {
                let length = min(TreeSum.chunk, slice.count - done)
                var gradient = UnsafePointer(total)
                if gradients.count == 1 {
                    gradient = gradients[0] + done
                } else {
                    sum.sum(base, offset: done, length: length, into: total)
                }
                if let factor = slice.factor {
                    for i in 0..<length { total[i] = gradient[i] * factor }
                    gradient = UnsafePointer(total)
                }
                let run = slice.run(from: done, count: length, gradient: gradient)
                slice.rule.update(run, at: update)
                // Not finite where a gradient, a slot or a weight was not.
                isFinite = UnsafePointer(run.weights).areFinite(count: length) && isFinite
                done += length
            }
        }
        guard isFinite else { throw NotFinite() }
    }
}

/// A worker's slice of a parameter in memory, with the update rule's slots, and what changes it.
struct UpdatedSlice {
    let rule: any UpdateRule
    let rateFactor: Float
    let weights: UnsafeMutablePointer<Float>
    let count: Int
    let slots: SlotMemory
    /// Where the norms of a step lie, if any are made.
    let norms: OwnNorms?

    struct OwnNorms {
        let all: Norms
        let parameter: Int
        /// Whether gradients are clipped.
        let clips: Bool
    }

    /// What this step's gradients are multiplied by, if they are.
    var factor: Float? { norms.flatMap { $0.clips ? Float($0.all.factor) : nil } }

    /// What a step has to say to this parameter's rule.
    func step(_ step: StepArguments) -> UpdateStep {
        let own = norms.map { norms in
            ParameterNorms(
                weights: norms.all.weights(norms.parameter), gradient: norms.all.gradient(norms.parameter) * norms.all.factor)
        }
        return UpdateStep(learningRate: step.learningRate * rateFactor, count: step.step + 1, norms: own)
    }

    func run(from first: Int, count: Int, gradient: UnsafePointer<Float>) -> ElementRun {
        ElementRun(
            weights: weights + first, gradient: gradient, firstSlot: slots.address + first, slotStride: slots.stride, count: count
        )
    }
}
