import Networks

/// One worker's part in the update of a parameter: sums its slice of the gradient over the workers that hold parts of it,
/// and updates that slice, in one pass over memory.
final class UpdateKernel: Kernel {
    private let gradients: [UnsafePointer<Float>]
    private let weights: UnsafeMutablePointer<Float>
    private let velocity: UnsafeMutablePointer<Float>
    private let count: Int
    private let optimizer: GradientDescent
    private let sum: TreeSum
    private let total: UnsafeMutablePointer<Float>

    /// - Parameters:
    ///   - gradients: the partial sums that the workers have, in the order of the tree, each from the slice's first element on.
    ///   - sum: adds them.
    ///   - weights: the slice of the parameter, updated in place.
    ///   - velocity: the optimizer's state of the slice.
    ///   - count: elements of the slice.
    init(
        gradients: [UnsafePointer<Float>], sum: TreeSum, weights: UnsafeMutablePointer<Float>,
        velocity: UnsafeMutablePointer<Float>,
        count: Int, optimizer: GradientDescent
    ) {
        self.gradients = gradients
        self.weights = weights
        self.velocity = velocity
        self.count = count
        self.optimizer = optimizer
        self.sum = sum
        total = .allocate(capacity: TreeSum.chunk)
        total.initialize(repeating: 0, count: TreeSum.chunk)
    }

    deinit { total.deallocate() }

    func run(_ step: StepArguments) throws {
        let rate = step.learningRate
        var finiteness = Finiteness()
        gradients.withUnsafeBufferPointer { gradients in
            guard let base = gradients.baseAddress else { return }
            var done = 0
            while done < count {
                let length = min(TreeSum.chunk, count - done)
                var gradient = UnsafePointer(total)
                if gradients.count == 1 {
                    gradient = gradients[0] + done
                } else {
                    sum.sum(base, offset: done, length: length, into: total)
                }
                finiteness.note(update(weights + done, velocity + done, gradient, length, rate))
                done += length
            }
        }
        guard finiteness.holds else { throw NotFinite() }
    }

    /// Tells whether the weights are finite afterwards: they are not where a gradient, a velocity or a weight was not.
    @inline(__always)
    private func update(
        _ weights: UnsafeMutablePointer<Float>, _ velocity: UnsafeMutablePointer<Float>, _ gradient: UnsafePointer<Float>,
        _ length: Int, _ rate: Float
    ) -> Finiteness {
        var finiteness = Finiteness()
        let momentum = optimizer.momentum
        let decay = optimizer.weightDecay
        switch optimizer.form {
        case .alexnet:
            for i in 0..<length {
                let v = momentum * velocity[i] - decay * rate * weights[i] - rate * gradient[i]
                velocity[i] = v
                let weight = weights[i] + v
                weights[i] = weight
                finiteness.note(weight)
            }
        case .common:
            for i in 0..<length {
                let v = momentum * velocity[i] + (gradient[i] + decay * weights[i])
                velocity[i] = v
                let weight = weights[i] - rate * v
                weights[i] = weight
                finiteness.note(weight)
            }
        }
        return finiteness
    }
}
