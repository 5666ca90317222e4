import KernelChoices
import Networks
import Planning
import Tensors

/// The sums of the squares of a gradient and of a parameter, or of slices of them, in memory.
struct SumsOfSquares {
    let gradient: ExactSum
    let weights: ExactSum

    init(at address: UnsafeMutableRawPointer) {
        let limbs = address.assumingMemoryBound(to: Int64.self)
        gradient = ExactSum(at: limbs)
        weights = ExactSum(at: limbs + ExactSum.limbCount)
    }

    /// Those of another worker, which are only read.
    init(reading address: UnsafeRawPointer) { self.init(at: UnsafeMutableRawPointer(mutating: address)) }
}

/// Adds up the squares of a worker's slice of a gradient, summed over the workers that hold parts of it, and of the parameter's slice.
///
/// Lines of 16 elements are added in double precision, their sums without rounding. Slices begin with a line, so it does not matter who has
/// which of them.
final class SquaresKernel: Kernel {
    private static let line = 16

    private let gradients: [UnsafePointer<Float>]
    private let sum: TreeSum
    private let weights: UnsafePointer<Float>
    private let count: Int
    private let destination: SumsOfSquares
    private let total: UnsafeMutablePointer<Float>

    /// - Parameters:
    ///   - gradients: the partial sums that the workers have, in the order of the tree, each from the slice's first element on.
    ///   - sum: adds them.
    init(
        gradients: [UnsafePointer<Float>], sum: TreeSum, weights: UnsafePointer<Float>, count: Int,
        into destination: SumsOfSquares
    ) {
        (self.gradients, self.sum, self.weights, self.count) = (gradients, sum, weights, count)
        self.destination = destination
        total = .allocate(capacity: TreeSum.chunk)
        total.initialize(repeating: 0, count: TreeSum.chunk)
    }

    deinit { total.deallocate() }

    func run(_ step: StepArguments) throws {
        destination.gradient.clear()
        destination.weights.clear()
        gradients.withUnsafeBufferPointer { gradients in
            guard let base = gradients.baseAddress else { return }
            var done = 0
            while done < count {
                let length = min(TreeSum.chunk, count - done)
                sum.sum(base, offset: done, length: length, into: total)
                Self.add(UnsafePointer(total), length, to: destination.gradient)
                Self.add(weights + done, length, to: destination.weights)
                done += length
            }
        }
        destination.gradient.settle()
        destination.weights.settle()
    }

    private static func add(_ numbers: UnsafePointer<Float>, _ count: Int, to sum: ExactSum) {
        let whole = count / line * line
        for start in stride(from: 0, to: whole, by: line) { sum.add(squares(numbers + start)) }
        guard whole < count else { return }
        withUnsafeTemporaryAllocation(of: Float.self, capacity: line) { rest in
            rest.initialize(repeating: 0)
            for index in whole..<count { rest[index - whole] = numbers[index] }
            guard let base = rest.baseAddress else { return }
            sum.add(squares(UnsafePointer(base)))
        }
    }

    /// Of a line, each square exact, added in one order.
    @inline(__always)
    private static func squares(_ numbers: UnsafePointer<Float>) -> Double {
        @inline(__always) func four(_ first: Int) -> Double {
            let (a, b, c, d) = (
                Double(numbers[first]), Double(numbers[first + 4]), Double(numbers[first + 8]), Double(numbers[first + 12])
            )
            return (a * a + b * b) + (c * c + d * d)
        }
        return (four(0) + four(1)) + (four(2) + four(3))
    }
}

/// Makes the norms of all gradients and parameters of the sums of squares that the workers have.
final class NormsKernel: Kernel {
    /// A parameter, and the sums of the workers that have a part of it each.
    struct Part {
        let parameter: Int
        let sums: [SumsOfSquares]
    }

    private let parts: [Part]
    private let clipping: GradientClipping?
    private let norms: Norms
    private let limbs: UnsafeMutablePointer<Int64>

    init(_ parts: [Part], clipping: GradientClipping?, into norms: Norms) {
        (self.parts, self.clipping, self.norms) = (parts, clipping, norms)
        limbs = .allocate(capacity: 2 * ExactSum.limbCount)
        limbs.initialize(repeating: 0, count: 2 * ExactSum.limbCount)
    }

    deinit { limbs.deallocate() }

    func run(_ step: StepArguments) throws {
        let (all, one) = (ExactSum(at: limbs), ExactSum(at: limbs + ExactSum.limbCount))
        all.clear()
        for part in parts {
            let gradient = total(part.sums.map(\.gradient), one)
            all.add(one)
            norms.set(part.parameter, gradient: gradient, weights: total(part.sums.map(\.weights), one))
        }
        all.settle()
        norms.factor = clipping?.factor(norm: all.value.squareRoot()) ?? 1
    }

    private func total(_ sums: [ExactSum], _ total: ExactSum) -> Double {
        total.clear()
        for sum in sums { total.add(sum) }
        total.settle()
        return total.value.squareRoot()
    }
}
