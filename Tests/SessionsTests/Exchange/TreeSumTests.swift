import Sessions
import Tensors
import Testing

@Suite struct TreeSumTests {
    private func vectors(_ count: Int, length: Int) -> [[Float]] {
        let random = RandomSource(seed: 5, purpose: .synthesis)
        return (0..<count).map { vector in (0..<length).map { random.normal(step: vector, index: $0) } }
    }

    /// Neighbours pairwise, then the pairs, and so on: the drawing above `TreeSum`, element by element.
    private func expected(_ values: [Float]) -> Float {
        var level = values
        while level.count > 1 {
            level = stride(from: 0, to: level.count, by: 2).map {
                $0 + 1 < level.count ? level[$0] + level[$0 + 1] : level[$0]
            }
        }
        return level[0]
    }

    @Test(arguments: 1...17)
    func sumsHaveTheBitsOfTheDrawnTree(count: Int) {
        for length in [1, 15, 1024, 1025, 3000] {
            let vectors = vectors(count, length: length)
            let sum = TreeSum.reduce(vectors)
            for index in 0..<length where index % 7 == 0 || index == length - 1 {
                #expect(sum[index].bitPattern == expected(vectors.map { $0[index] }).bitPattern)
            }
        }
    }

    /// What makes results independent of who computes which part: a part of the sum is the sum of the parts.
    @Test func aPartOfTheSumIsTheSumOfTheParts() {
        let vectors = vectors(5, length: 2500)
        let whole = TreeSum.reduce(vectors)
        #expect(TreeSum.reduce(vectors.map { Array($0[700..<1900]) }) == Array(whole[700..<1900]))
    }
}
