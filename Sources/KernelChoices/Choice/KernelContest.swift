/// Finds the fastest of several on a machine that may have neighbours: all are timed in turn, round after round, until the two best
/// rounds of everyone who could still win say the same.
///
/// Noise only ever adds time, so the best round counts. A neighbour that is busy for a moment spoils a round or two; one that is busy
/// throughout leaves a spread, which is told, so that what was found is not believed for ever.
package struct KernelContest {
    /// What one variant took.
    package struct Timing: Sendable, Hashable {
        /// Each at its best within its round.
        package private(set) var rounds: [Double]

        /// The best round.
        package var seconds: Double { rounds.min() ?? .infinity }

        /// How much longer the second best round took than the best: a share of it.
        package var spread: Double {
            let best = rounds.sorted().prefix(2)
            return best.count == 2 && best[0] > 0 ? best[1] / best[0] - 1 : .infinity
        }

        mutating func add(_ seconds: Double) { rounds.append(seconds) }
    }

    /// What is a difference: less is the clock's noise, and would be decided anew each time.
    package static let leastDifference = 0.02
    /// Rounds: two cannot be compared with fewer, and a neighbour who never rests is not waited for.
    private static let rounds = 2...8
    /// Who takes so many times as long as the fastest cannot win, however noisy the clock.
    private static let hopeless = 2.0

    private let variants: [KernelVariant]
    /// By variant; without those that could not be timed.
    package private(set) var timings: [KernelVariant: Timing] = [:]

    /// - Parameters:
    ///   - variants: the standard one first.
    ///   - time: seconds of a variant in one round. One that has none, or throws, is out.
    package init(_ variants: [KernelVariant], time: (KernelVariant) throws -> Double?) {
        self.variants = variants
        var variants = variants
        for round in 1...Self.rounds.upperBound {
            for variant in variants {
                guard let seconds = try? time(variant) else {
                    variants.removeAll { $0 == variant }
                    timings[variant] = nil
                    continue
                }
                timings[variant, default: Timing(rounds: [])].add(seconds)
            }
            if round >= Self.rounds.lowerBound, spread <= Self.leastDifference { break }
        }
    }

    /// The largest spread of those who can win.
    package var spread: Double {
        let best = timings.values.map(\.seconds).min() ?? .infinity
        return timings.values.filter { $0.seconds <= Self.hopeless * best }.map(\.spread).max() ?? 0
    }

    /// Who costs least. Who is to replace the first must be faster by more than the clock's noise.
    ///
    /// - Parameter costFactors: how many times its own time each of the variants counts, in their order.
    package func winner(costFactors: [Double]) -> KernelVariant {
        precondition(costFactors.count == variants.count && !variants.isEmpty, "a factor for each of \(variants)")
        func cost(_ index: Int) -> Double {
            let handicap = index == 0 ? 1 : 1 + Self.leastDifference
            return (timings[variants[index]]?.seconds ?? .infinity) * handicap * costFactors[index]
        }
        return variants[variants.indices.min { cost($0) < cost($1) } ?? 0]
    }
}
