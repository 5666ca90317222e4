import KernelChoices

/// A worker's sum over the batch: of its own partial sums and of those that its peers have, along the tree of all micro-batches.
final class BatchSumKernel: Kernel {
    private let terms: [UnsafePointer<Float>]
    private let sum: TreeSum
    private let destination: UnsafeMutablePointer<Float>
    private let count: Int

    /// - Parameters:
    ///   - terms: the partial sums, in the order of `sum`.
    ///   - count: elements of each.
    init(_ terms: [UnsafePointer<Float>], sum: TreeSum, into destination: UnsafeMutablePointer<Float>, count: Int) {
        self.terms = terms
        self.sum = sum
        self.destination = destination
        self.count = count
    }

    func run(_ step: StepArguments) throws {
        terms.withUnsafeBufferPointer { terms in
            guard let base = terms.baseAddress else { return }
            var done = 0
            while done < count {
                let length = min(TreeSum.chunk, count - done)
                sum.sum(base, offset: done, length: length, into: destination + done)
                done += length
            }
        }
    }
}
