import Tensors
import Testing

@Suite struct RandomSourceTests {
    let source = RandomSource(seed: 7, purpose: .initialization, stream: 3)

    @Test func normalsDependOnTheirIndexAlone() {
        var whole = [Float](repeating: 0, count: 1000)
        whole.withUnsafeMutableBufferPointer { source.fillNormal(range: 0..<1000, into: $0) }
        var part = [Float](repeating: 0, count: 333)
        part.withUnsafeMutableBufferPointer { source.fillNormal(range: 101..<434, into: $0) }
        #expect(Array(whole[101..<434]) == part)
        #expect(whole[77] == source.normal(index: 77))
    }

    @Test func normalsHaveMeanZeroAndUnitVariance() {
        let count = 100_000
        let values = (0..<count).map { Double(source.normal(index: $0)) }
        let mean = values.reduce(0, +) / Double(count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)
        #expect(abs(mean) < 0.02)
        #expect(abs(variance - 1) < 0.03)
    }

    @Test func uniformsFillTheUnitInterval() {
        let values = (0..<100_000).map { source.uniform(step: 5, index: $0) }
        #expect(values.allSatisfy { $0 >= 0 && $0 < 1 })
        #expect(abs(values.reduce(0, +) / 100_000 - 0.5) < 0.005)
    }

    @Test func purposeStreamStepAndSeedEachChangeTheNumbers() {
        let word = source.word(step: 0, index: 0)
        #expect(word != RandomSource(seed: 8, purpose: .initialization, stream: 3).word(index: 0))
        #expect(word != RandomSource(seed: 7, purpose: .dropout, stream: 3).word(index: 0))
        #expect(word != RandomSource(seed: 7, purpose: .initialization, stream: 4).word(index: 0))
        #expect(word != source.word(step: 1, index: 0))
        #expect(word == RandomSource(seed: 7, purpose: .initialization, stream: 3).word(index: 0))
    }

    @Test func aPermutationHoldsEveryIndexOnceAndChangesWithTheStep() {
        let first = source.permutation(step: 0, of: 1000)
        #expect(first.sorted() == Array(0..<1000))
        #expect(first != source.permutation(step: 1, of: 1000))
        #expect(first == source.permutation(step: 0, of: 1000))
    }
}
