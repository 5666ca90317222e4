import KernelChoices

/// Adds one partial sum over micro-batches to its left neighbour in the tree.
final class AdditionKernel: Kernel {
    private let left: UnsafePointer<Float>
    private let right: UnsafePointer<Float>
    private let sum: UnsafeMutablePointer<Float>
    private let count: Int

    /// - Parameters:
    ///   - sum: may be `left`.
    ///   - count: elements of each, padding included.
    init(left: UnsafePointer<Float>, right: UnsafePointer<Float>, into sum: UnsafeMutablePointer<Float>, count: Int) {
        self.left = left
        self.right = right
        self.sum = sum
        self.count = count
    }

    func run(_ step: StepArguments) throws {
        if left == UnsafePointer(sum) {
            for i in 0..<count { sum[i] += right[i] }
        } else {
            for i in 0..<count { sum[i] = left[i] + right[i] }
        }
    }
}
