import KernelChoices
import Planning

/// Does a collective on activations again: where each element of the result comes from, by its global place.
final class CollectiveCheck: ExchangeCheck {
    /// Elements of the result that the same peers sent.
    private struct Part {
        /// Global indices along each axis.
        let ranges: [Range<Int>]
        let sources: [ExchangeKernel.Source]
    }

    let results: [ExchangeResult]
    private let block: ExchangeBlock
    private let parts: [Part]
    private let sum: PlainTreeSum

    /// - Parameters:
    ///   - block: the worker's block of the result.
    ///   - sources: what its peers sent, in their order.
    ///   - nodes: of which terms of a sum each is the sum; nil where each is a term.
    init(
        reduces: Bool, block: ExchangeBlock, result: ExchangeResult, sources: [ExchangeKernel.Source], nodes: [Range<Int>]? = nil
    ) {
        self.block = block
        results = [result]
        let pieces = block.ranges.enumerated().map { axis, range in
            Self.pieces(of: range, cutBy: sources.map { $0.block.ranges[axis] })
        }
        let cells = pieces.reduce([[]]) { cells, ranges in cells.flatMap { cell in ranges.map { cell + [$0] } } }
        parts = cells.map { ranges in
            let holders = sources.filter { source in
                zip(source.block.ranges, ranges).allSatisfy { $0.contains($1.lowerBound) }
            }
            precondition(
                reduces ? holders.count == sources.count : !holders.isEmpty,
                "\(ranges) are in \(holders.count) of \(sources.count) blocks")
            return Part(ranges: ranges, sources: reduces ? holders : [holders[0]])
        }
        sum = PlainTreeSum(nodes ?? (0..<(reduces ? sources.count : 1)).map { $0..<$0 + 1 })
    }

    var byteCount: Int { results[0].count * MemoryLayout<Float>.stride }

    func prepare() {}

    func compare(_ step: StepArguments, report: (ExchangeError) -> Void) {
        for part in parts {
            // Behind the innermost axis that anybody divides, elements lie one behind the other.
            let blocks = [block] + part.sources.map(\.block)
            let cut = part.ranges.indices.last { axis in blocks.contains { $0.ranges[axis] != part.ranges[axis] } } ?? 0
            let length = part.ranges[cut...].reduce(1) { $0 * $1.count }
            forEachIndex(of: part.ranges[..<cut], then: part.ranges[cut...].map(\.lowerBound)) { index in
                let first = block.place(index)
                var done = 0
                while done < length {
                    let count = min(PlainTreeSum.chunk, length - done)
                    let sent = part.sources.map { $0.address + $0.block.place(index) + done }
                    compare(sum.sum(sent, count: count), at: first + done, count: count, report)
                    done += count
                }
            }
        }
    }

    /// Calls `body` with every index whose first axes lie in `ranges`; the others are `rest`.
    private func forEachIndex(of ranges: ArraySlice<Range<Int>>, then rest: [Int], _ body: ([Int]) -> Void) {
        guard let last = ranges.last else { return body(rest) }
        for index in last { forEachIndex(of: ranges.dropLast(), then: [index] + rest, body) }
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
    /// Elements from the block's beginning to an element, by its global index.
    fileprivate func place(_ index: [Int]) -> Int {
        var place = 0
        for (axis, range) in ranges.enumerated() { place = place * range.count + index[axis] - range.lowerBound }
        return place
    }
}
