import Planning
import Tensors
import Testing

/// Which runs of memory two blocks of a tensor have in common, along whatever axes it is cut.
@Suite struct ExchangeBlockTests {
    /// Every element of a block by its place in memory: its global index.
    private func elements(_ block: ExchangeBlock) -> [[Int]] {
        block.ranges.reduce([[]]) { indices, range in indices.flatMap { index in range.map { index + [$0] } } }
    }

    private func expectRuns(_ block: ExchangeBlock, _ other: ExchangeBlock) {
        let (own, theirs) = (elements(block), elements(other))
        var found: [[Int]] = []
        for run in block.runs(in: other) {
            for row in 0..<run.rows {
                for element in 0..<run.length {
                    let (a, b) = (run.offset + row * run.stride + element, run.otherOffset + row * run.otherStride + element)
                    guard own.indices.contains(a), theirs.indices.contains(b) else {
                        Issue.record("\(run) leaves \(block) or \(other)")
                        return
                    }
                    #expect(own[a] == theirs[b], "\(run) of \(block) and \(other)")
                    found.append(own[a])
                }
            }
        }
        let common = Set(own).intersection(theirs)
        #expect(found.count == common.count && Set(found) == common, "\(block) and \(other)")
    }

    @Test(arguments: 1...60) func runsAreWhatBlocksHaveInCommon(seed: Int) {
        let random = RandomSource(seed: UInt64(seed), purpose: .synthesis)
        var drawn = 0
        func integer(_ range: ClosedRange<Int>) -> Int {
            drawn += 1
            return range.lowerBound + random.integer(index: drawn, below: range.count)
        }
        let rank = integer(1...4)
        let shape = (0..<rank).map { _ in integer(1...5) }
        func block() -> ExchangeBlock {
            ExchangeBlock(
                ranges: shape.map { extent in
                    guard integer(0...1) == 0 else { return 0..<extent }
                    let first = integer(0...extent - 1)
                    return first..<first + integer(1...extent - first)
                })
        }
        let whole = ExchangeBlock(ranges: shape.map { 0..<$0 })
        for _ in 0..<10 {
            expectRuns(block(), block())
            expectRuns(block(), whole)
            expectRuns(whole, block())
        }
    }

    /// Examples are one piece, channels a row for each example, heights one for each example and channel.
    @Test func runsAreFew() {
        let whole = ExchangeBlock(ranges: [0..<6, 0..<8, 0..<5, 0..<7])
        func runs(_ axis: Int, _ range: Range<Int>) -> [ExchangeBlock.Run] {
            var ranges = whole.ranges
            ranges[axis] = range
            return ExchangeBlock(ranges: ranges).runs(in: whole)
        }
        #expect(runs(0, 2..<4).map(\.rows) == [1] && runs(0, 2..<4).map(\.length) == [2 * 8 * 35])
        #expect(runs(1, 4..<8).map(\.rows) == [6] && runs(1, 4..<8).map(\.length) == [4 * 35])
        #expect(runs(2, 1..<3).count == 8 && runs(2, 1..<3).allSatisfy { $0.rows == 6 && $0.length == 14 })
        #expect(runs(3, 0..<2).count == 40)
    }
}
