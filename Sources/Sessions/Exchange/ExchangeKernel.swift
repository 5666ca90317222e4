import KernelChoices
import Parallelism
import Planning

/// One worker's part in a collective on activations: it reads what it needs from its peers' memory and writes its own.
///
/// The peers' blocks are complete when it runs (a wait before it sees to that), and stay until the peers' next wait.
final class ExchangeKernel: Kernel {
    /// A peer's block, and where it lies.
    struct Source {
        let block: ExchangeBlock
        let address: UnsafePointer<Float>
    }

    private struct Copy {
        let source: UnsafePointer<Float>
        let destination: UnsafeMutablePointer<Float>
        let run: ExchangeBlock.Run
    }

    private let copies: [Copy]
    /// What is added, each from its block's beginning.
    private let terms: [UnsafePointer<Float>]
    /// Where the elements that are added lie in the result and in each term: alike in all of them.
    private let sums: [ExchangeBlock.Run]
    private let sum: TreeSum?
    private let destination: UnsafeMutablePointer<Float>

    /// - Parameters:
    ///   - reduces: whether the sources are terms that each hold all of `block`, or parts of which each place has one.
    ///   - nodes: of which terms of a sum each source is the sum; nil where each is a term.
    init(
        reduces: Bool, block: ExchangeBlock, destination: UnsafeMutablePointer<Float>, sources: [Source],
        nodes: [Range<Int>]? = nil
    ) {
        self.destination = destination
        guard reduces, let first = sources.first else {
            copies = sources.flatMap { source in
                block.runs(in: source.block).map { Copy(source: source.address, destination: destination, run: $0) }
            }
            (terms, sums, sum) = ([], [], nil)
            return
        }
        precondition(sources.allSatisfy { $0.block == first.block }, "terms of one sum are of one block")
        copies = []
        terms = sources.map(\.address)
        sums = block.runs(in: first.block)
        sum = nodes.map { TreeSum(nodes: $0, of: SumTree(count: $0.last?.upperBound ?? 0)) } ?? TreeSum(count: sources.count)
    }

    func run(_ step: StepArguments) throws {
        for copy in copies {
            let run = copy.run
            let (from, to) = (copy.source + run.otherOffset, copy.destination + run.offset)
            for row in 0..<run.rows { (to + row * run.stride).update(from: from + row * run.otherStride, count: run.length) }
        }
        guard let sum else { return }
        terms.withUnsafeBufferPointer { terms in
            guard let base = terms.baseAddress else { return }
            for run in sums {
                for row in 0..<run.rows {
                    let (from, to) = (run.otherOffset + row * run.otherStride, destination + run.offset + row * run.stride)
                    var done = 0
                    while done < run.length {
                        let length = min(TreeSum.chunk, run.length - done)
                        sum.sum(base, offset: from + done, length: length, into: to + done)
                        done += length
                    }
                }
            }
        }
    }
}
