/// What measuring found for one key, and how far it can be trusted.
public struct KernelFinding: Sendable, Hashable {
    /// The variant that won.
    public var variant: String
    /// What each way took, seconds: those that were there to choose from.
    public var seconds: [String: Double]
    /// How far the two best rounds of those who could win were apart, as a share.
    public var spread: Double
    /// How often it has been measured without two rounds that agreed.
    public var attempts: Int
    /// When, in seconds since 1970.
    public var date: Int

    public init(variant: String, seconds: [String: Double], spread: Double, attempts: Int, date: Int) {
        self.variant = variant
        self.seconds = seconds
        self.spread = spread
        self.attempts = attempts
        self.date = date
    }

    /// Whether its measurement was quiet enough to be believed.
    public var isCalm: Bool { spread <= KernelContest.leastDifference }

    /// After so many noisy attempts the least noisy is believed: the machine is never quiet.
    public static let mostAttempts = 3
    /// After so many seconds everything is measured again: half a year, in which systems and their settings change.
    public static let longestLife = 182 * 24 * 3600

    /// Whether it need not be measured again.
    public func holds(at date: Int) -> Bool {
        (isCalm || attempts >= Self.mostAttempts) && abs(date - self.date) <= Self.longestLife
    }

    /// What is kept when the same has been measured again: the quieter of the two, unless the old one is of another choice or too old.
    public func succeeded(by new: KernelFinding) -> KernelFinding {
        guard Set(seconds.keys) == Set(new.seconds.keys), abs(new.date - date) <= Self.longestLife else { return new }
        var kept = new.spread <= spread ? new : self
        kept.attempts = kept.isCalm ? 0 : attempts + new.attempts
        return kept
    }
}
