import KernelChoices
import Testing

/// Choosing among kernels beside neighbours, with clocks that are made up.
@Suite struct KernelContestTests {
    private let two: [KernelVariant] = [.standard, .winograd]

    /// Of each variant, what its rounds take.
    private func contest(_ rounds: [KernelVariant: [Double]]) -> KernelContest {
        var next: [KernelVariant: Int] = [:]
        return KernelContest(Array(rounds.keys)) { variant in
            let times = rounds[variant] ?? []
            let round = next[variant, default: 0]
            next[variant] = round + 1
            return times[min(round, times.count - 1)]
        }
    }

    @Test func aQuietMachineTakesTwoRounds() {
        let contest = contest([.standard: [1], .winograd: [0.8]])
        #expect(contest.timings[.standard]?.rounds == [1, 1] && contest.timings[.winograd]?.seconds == 0.8)
        #expect(contest.spread == 0)
    }

    /// A neighbour who spoils rounds of one variant, which is the faster one, does not decide: rounds go on until two agree.
    @Test(arguments: 1...6) func aMomentsNoiseIsWaitedFor(noisy: Int) {
        let contest = contest([.standard: [1], .winograd: (0..<noisy).map { 1.4 + 0.1 * Double($0) }.reversed() + [0.8]])
        #expect(contest.timings[.winograd]?.seconds == 0.8)
        #expect(contest.spread <= KernelContest.leastDifference)
    }

    @Test func noiseThatDoesNotEndIsTold() {
        let contest = contest([.standard: [1], .winograd: (0..<20).map { 1 / (1.0 + 0.1 * Double($0)) }])
        #expect((contest.timings[.winograd]?.rounds.count ?? 0) == 8 && contest.spread > KernelContest.leastDifference)
    }

    /// Who cannot win may be as noisy as he likes.
    @Test func theHopelessAreNotWaitedFor() {
        let contest = contest([.standard: [1], .winograd: [9, 7, 5, 3, 2]])
        #expect(contest.timings[.standard]?.rounds.count == 2 && contest.spread == 0)
    }

    /// Who is to replace the first has to win by more than noise, and by more than it costs others.
    @Test(
        arguments: [
            (1, 1, KernelVariant.standard), (0.99, 1, .standard), (0.97, 1, .winograd), (0.97, 1.4, .standard),
            (0.71, 1.4, .standard),
            (0.69, 1.4, .winograd), (2, 1, .standard),
        ])
    func whoCostsLeastWins(seconds: Double, factor: Double, winner: KernelVariant) {
        let contest = KernelContest(two) { $0 == .standard ? 1 : seconds }
        #expect(contest.winner(costFactors: [1, factor]) == winner)
    }

    @Test func whoIsFirstWinsWhereNobodyCouldBeTimed() {
        struct Refused: Error {}
        #expect(KernelContest(two) { _ in throw Refused() }.winner(costFactors: [1, 1]) == .standard)
    }

    @Test func whoCannotBeTimedIsOut() {
        struct Refused: Error {}
        let contest = KernelContest(two) { variant in
            guard variant == .standard else { throw Refused() }
            return 1
        }
        #expect(Array(contest.timings.keys) == [.standard] && contest.spread == 0)
    }

    @Test func findingsAgeAndAreMeasuredAgain() {
        let calm = KernelFinding(variant: "a", seconds: ["a": 1, "b": 2], spread: 0.01, attempts: 1, date: 1000)
        #expect(calm.holds(at: 1000) && calm.holds(at: 1000 + KernelFinding.longestLife))
        #expect(!calm.holds(at: 1001 + KernelFinding.longestLife))
        // From a clock that was wrong.
        #expect(!calm.holds(at: 999 - KernelFinding.longestLife))
        var noisy = calm
        noisy.spread = 0.1
        #expect(!noisy.holds(at: 1000))
        // After some attempts the quietest stands.
        var kept = noisy
        for spread in [0.3, 0.08] {
            #expect(!kept.holds(at: 1000))
            kept = kept.succeeded(
                by: KernelFinding(variant: "b", seconds: ["a": 1, "b": 1], spread: spread, attempts: 1, date: 1000))
        }
        #expect(kept.holds(at: 1000) && kept.spread == 0.08 && kept.variant == "b")
        // What was chosen from others says nothing.
        let other = KernelFinding(variant: "c", seconds: ["a": 1, "c": 1], spread: 0.5, attempts: 1, date: 1000)
        #expect(calm.succeeded(by: other) == other)
        #expect(calm.succeeded(by: noisy).spread == 0.01)
    }

    /// As long as runs differ by no more than what decides between kernels.
    @Test func aFindingIsCalmUpToTheLeastDifference() {
        func isCalm(_ spread: Double) -> Bool {
            KernelFinding(variant: "standard", seconds: ["standard": 1], spread: spread, attempts: 1, date: 0).isCalm
        }
        #expect(isCalm(0) && isCalm(KernelContest.leastDifference) && !isCalm(KernelContest.leastDifference.nextUp))
    }
}
