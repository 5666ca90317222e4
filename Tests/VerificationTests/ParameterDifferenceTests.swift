import Parallelism
import Tensors
import Testing
import Training
import Verification

@Suite struct ParameterDifferenceTests {
    private let agreement = Agreement(steps: 1, batchSize: 10, nearTies: 1)
    private let expected = HostTensor(Shape([2, 3]), [1, -2, 0, 4, 1e-3, 8])

    private func difference(_ changes: [Int: Float], change: Double = 0.01) -> ParameterDifference? {
        var found = expected
        for (place, value) in changes { found.values[place] = value }
        return ParameterDifference(
            of: "fc.weight", step: 4, expected: expected, found: found, change: change, agreement: agreement)
    }

    @Test func equalBitsAreNoDifference() {
        #expect(difference([:]) == nil)
    }

    @Test func theLargestIsCountedInUnitsOfItsOwnLastPlace() throws {
        let found = try #require(difference([3: Float(4).nextUp.nextUp, 4: Float(1e-3).nextDown]))
        #expect(found.largest.index == [1, 0] && found.largest.ulps == 2 && found.largest.expected == 4)
        #expect(found.count == 2 && found.of == 6 && found.step == 4 && found.parameter == "fc.weight")
    }

    /// Few units of a large weight may be farther out than many of a small one.
    @Test func theFarthestIsCountedInWhatIsAllowed() throws {
        let found = try #require(difference([4: 1.5e-3, 5: 8.003]))
        #expect(found.largest.index == [1, 1] && found.farthest.index == [1, 2])
        let allowed = 0.1 * 0.01 + 3 * 0x1p-24 * 8
        #expect(abs(found.bound - allowed) < 1e-12 && abs(found.shareOfBound - Double(Float(8.003) - 8) / allowed) < 1e-6)
        #expect(found.shareOfBound > 1)
    }

    @Test func zerosOfTwoSignsDifferByNothing() throws {
        let found = try #require(difference([2: -0.0]))
        #expect(found.largest.ulps == 0 && found.shareOfBound == 0 && found.count == 1)
    }

    @Test func whatIsNoNumberIsInfinitelyFar() throws {
        let found = try #require(difference([0: .nan, 5: .infinity]))
        #expect(found.largest.ulps == .infinity && found.shareOfBound == .infinity && found.largest.index == [0, 0])
    }

    /// Wherever it stands, be it found, expected, both, or what is allowed: it agrees with nothing.
    @Test(arguments: [Float.nan, -.nan, .infinity, -.infinity]) func whatIsNotFiniteIsNeverWithinTheBound(bad: Float) throws {
        var spoilt = expected
        spoilt.values[4] = bad
        for (one, other) in [(expected, spoilt), (spoilt, expected), (spoilt, spoilt)] {
            let found = try #require(
                ParameterDifference(of: "w", step: 1, expected: one, found: other, change: 1, agreement: agreement))
            #expect(!(found.shareOfBound <= 1) && found.largest.ulps == .infinity && found.count == 1)
        }
        for change in [Double.nan, .infinity] {
            #expect(!(try #require(difference([0: 1.5], change: change)).shareOfBound <= 1))
        }
    }

    @Test func aParameterThatDidNotChangeMayOnlyRound() throws {
        #expect(try #require(difference([5: Float(8).nextUp], change: 0)).shareOfBound < 1)
        #expect(try #require(difference([2: 1e-30], change: 0)).shareOfBound == .infinity)
    }

    @Test func theLargestOfSeveralStaysWithItsPlace() throws {
        var all = [try #require(difference([3: Float(4).nextUp]))]
        all.merge([try #require(difference([0: Float(1).nextUp.nextUp])), try #require(difference([5: 8.5]))])
        #expect(all.count == 1 && all[0].largest.index == [1, 2] && all[0].farthest.index == [1, 2])
        all.merge([try #require(difference([1: -2.0000005]))])
        #expect(all[0].largest.index == [1, 2])
    }
}
