import Kernels
import Planning

/// Does a collective on activations again: where each element of the result comes from, by its global place.
final class CollectiveCheck: ExchangeCheck {
    /// Channels of the result that the same peers sent.
    private struct Part {
        let rows: Range<Int>
        let channels: Range<Int>
        let sources: [ExchangeKernel.Source]
    }

    let results: [ExchangeResult]
    private let block: ExchangeBlock
    private let parts: [Part]
    private let sum: PlainTreeSum

    /// - Parameters:
    ///   - block: the worker's block of the result.
    ///   - sources: what its peers sent, in their order.
    init(reduces: Bool, block: ExchangeBlock, result: ExchangeResult, sources: [ExchangeKernel.Source]) {
        self.block = block
        results = [result]
        let rows = Self.pieces(of: block.rows, cutBy: sources.map(\.block.rows))
        let channels = Self.pieces(of: block.channels, cutBy: sources.map(\.block.channels))
        parts = rows.flatMap { rows in
            channels.map { channels in
                let holders = sources.filter {
                    $0.block.rows.contains(rows.lowerBound) && $0.block.channels.contains(channels.lowerBound)
                }
                precondition(
                    reduces ? holders.count == sources.count : !holders.isEmpty,
                    "examples \(rows), channels \(channels) are in \(holders.count) of \(sources.count) blocks")
                return Part(rows: rows, channels: channels, sources: reduces ? holders : [holders[0]])
            }
        }
        sum = PlainTreeSum((0..<(reduces ? sources.count : 1)).map { $0..<$0 + 1 })
    }

    var byteCount: Int { results[0].count * MemoryLayout<Float>.stride }

    func prepare() {}

    func compare(_ step: StepArguments, report: (ExchangeError) -> Void) {
        for part in parts {
            for row in part.rows {
                let length = part.channels.count * block.inner
                let first = block.place(row, part.channels.lowerBound)
                var done = 0
                while done < length {
                    let count = min(PlainTreeSum.chunk, length - done)
                    let sent = part.sources.map { $0.address + $0.block.place(row, part.channels.lowerBound) + done }
                    let expected = sum.sum(sent, count: count)
                    compare(expected, at: first + done, count: count, report)
                    done += count
                }
            }
        }
    }

    private func compare(
        _ expected: UnsafePointer<Float>, at first: Int, count: Int, _ report: (ExchangeError) -> Void
    ) {
        let found = results[0].address + first
        for element in 0..<count where !isSame(expected[element], found[element]) {
            report(ExchangeError(result: 0, element: first + element, expected: expected[element], found: found[element]))
        }
    }

    /// `range` in pieces that each lie within or without each of `ranges`.
    private static func pieces(of range: Range<Int>, cutBy ranges: [Range<Int>]) -> [Range<Int>] {
        let cuts = ranges.flatMap { [$0.lowerBound, $0.upperBound] }.filter { range.lowerBound < $0 && $0 < range.upperBound }
        let borders = Set(cuts + [range.lowerBound, range.upperBound]).sorted()
        return zip(borders, borders.dropFirst()).map { $0..<$1 }
    }
}

extension ExchangeBlock {
    /// Elements from the block's beginning to an example's channel, both by their global numbers.
    fileprivate func place(_ row: Int, _ channel: Int) -> Int {
        ((row - rows.lowerBound) * channels.count + channel - channels.lowerBound) * inner
    }
}
