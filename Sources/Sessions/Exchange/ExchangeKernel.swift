import Kernels
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
        let sourceStride: Int
        let destination: UnsafeMutablePointer<Float>
        let rows: Int
        let length: Int
    }

    private let copies: [Copy]
    private let sums: [UnsafePointer<Float>]
    private let sum: TreeSum?
    private let sourceStride: Int
    private let rows: Int
    private let rowLength: Int
    private let destination: UnsafeMutablePointer<Float>

    /// - Parameters:
    ///   - reduces: whether the sources are terms that each hold all of `block`, or parts of which each place has one.
    init(reduces: Bool, block: ExchangeBlock, destination: UnsafeMutablePointer<Float>, sources: [Source]) {
        self.destination = destination
        rows = block.rows.count
        rowLength = block.rowStride
        if reduces {
            copies = []
            sums = sources.map { $0.address + $0.block.offset(of: block) }
            sourceStride = sources.first?.block.rowStride ?? 0
            sum = TreeSum(count: sources.count)
        } else {
            copies = sources.compactMap { source in
                let part = block.intersection(source.block)
                guard !part.isEmpty else { return nil }
                return Copy(
                    source: source.address + source.block.offset(of: part), sourceStride: source.block.rowStride,
                    destination: destination + block.offset(of: part), rows: part.rows.count, length: part.rowStride)
            }
            sums = []
            sourceStride = 0
            sum = nil
        }
    }

    func run(_ step: StepArguments) throws {
        for copy in copies {
            for row in 0..<copy.rows {
                (copy.destination + row * rowLength).update(from: copy.source + row * copy.sourceStride, count: copy.length)
            }
        }
        guard let sum else { return }
        sums.withUnsafeBufferPointer { sums in
            guard let base = sums.baseAddress else { return }
            for row in 0..<rows {
                var done = 0
                while done < rowLength {
                    let length = min(TreeSum.chunk, rowLength - done)
                    sum.sum(
                        base, offset: row * sourceStride + done, length: length, into: destination + row * rowLength + done)
                    done += length
                }
            }
        }
    }
}
