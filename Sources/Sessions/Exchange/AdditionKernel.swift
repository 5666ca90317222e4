import KernelChoices

/// Adds one partial sum of a gradient to its left neighbour in the tree.
final class AdditionKernel: Kernel {
    private let left: UnsafeMutablePointer<Float>
    private let right: UnsafePointer<Float>
    private let count: Int

    /// - Parameter count: elements of each, padding included.
    init(left: UnsafeMutablePointer<Float>, right: UnsafePointer<Float>, count: Int) {
        self.left = left
        self.right = right
        self.count = count
    }

    func run(_ step: StepArguments) throws {
        for i in 0..<count { left[i] += right[i] }
    }
}
