import Measurement

/// What was measured, round by round. In a round everyone has one turn, so a machine that drifts drifts for all.
///
/// ```
/// round 0   A B C D     ratios are taken within a round,
/// round 1   A B C D     medians and spreads over the rounds
/// ```
struct Rounds {
    /// Images per second, by contestant and round.
    private(set) var rates: [Contestant: [Double]] = [:]
    /// Why a contestant could not run, once and for all.
    private(set) var refusals: [Contestant: String] = [:]

    /// Gives each of `contestants` its turn in each of `count` rounds.
    mutating func measure(
        _ contestants: [Contestant], count: Int, with stopwatch: Stopwatch, progress: (String) -> Void
    ) async {
        for round in 0..<count {
            for contestant in contestants where refusals[contestant] == nil {
                do {
                    let rate = try await stopwatch.turn(contestant).imagesPerSecond
                    rates[contestant, default: []].append(rate)
                    progress("round \(round + 1) of \(count): \(contestant): \(rate.brief) images/s")
                } catch {
                    refusals[contestant] = "\(error)"
                    progress("\(contestant) cannot run: \(error)")
                }
            }
        }
    }

    func spread(_ contestant: Contestant) -> Spread? {
        rates[contestant].map(Spread.init)
    }

    /// How many times as fast `contestant` is as `other`.
    func ratio(_ contestant: Contestant, to other: Contestant) -> Spread? {
        guard let own = rates[contestant], let others = rates[other], own.count == others.count else { return nil }
        return Spread(zip(own, others).map { $0 / $1 })
    }
}
