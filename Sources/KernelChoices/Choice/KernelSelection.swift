/// How a session chooses among the ways in which a kernel can be computed.
///
/// Whatever is chosen holds for all devices, lanes and micro-batches: worker 0 chooses when it makes its plan, the others follow. Two
/// choices may differ in the last bits, so a run that is to be reproduced elsewhere has to be given the same table.
public struct KernelSelection: Sendable, Hashable {
    /// Choices that are settled: recorded in a checkpoint, or held by whoever compares sessions.
    public var known: KernelTable
    /// What was found before on this machine: taken where there is the same to choose from as there was then.
    public var remembered: [String: KernelFinding] = [:]
    /// Whether what is not known is measured, on worker 0, while the plan is made; otherwise it is the first of a fixed order.
    public var measures: Bool
    /// What is not known is the first of these that there is; for tests and comparisons.
    package var preferred: [KernelVariant] = []
    /// For tests: each worker draws its kernels by this seed, in each micro-step anew, whatever the others have drawn.
    package var drawn: UInt64?

    public init(known: KernelTable = KernelTable(), remembered: [String: KernelFinding] = [:], measures: Bool) {
        self.known = known
        self.remembered = remembered
        self.measures = measures
    }

    /// One variant wherever it exists, the first of a fixed order elsewhere.
    package init(preferred: KernelVariant) {
        self.init(measures: false)
        self.preferred = [preferred]
    }

    /// The first of a fixed order everywhere: the same on every machine.
    public static let standard = KernelSelection(measures: false)
}

/// Which kernel computes what: the names of kernels by what they compute.
public struct KernelTable: Sendable, Hashable {
    /// Variants by key, such as `winograd` by `convolution 3×3, padding 1 of 64 × 256 × 13 × 13, 384 × 256 × 3 × 3`.
    public var entries: [String: String]

    public init(_ entries: [String: String] = [:]) {
        self.entries = entries
    }

    /// What a session has chosen.
    public init(_ decisions: [KernelDecision]) {
        self.init(Dictionary(decisions.map { ($0.key, $0.variant) }) { first, _ in first })
    }

    subscript(key: String) -> KernelVariant? { entries[key].flatMap(KernelVariant.init(rawValue:)) }
}

/// A choice that a session has made.
public struct KernelDecision: Sendable, Hashable {
    public let layer: String
    /// What is computed, with its shapes: the key in a `KernelTable`.
    public let key: String
    public let variant: String
    /// Why it was chosen.
    public let reason: Reason
    /// Seconds that each way took, reorders of its inputs included; empty where nothing was measured.
    public let seconds: [String: Double]
    /// How far the two best rounds of those who could win were apart, as a share; 0 where nothing was measured.
    public let spread: Double
    /// The variant that was settled, where that does not exist here.
    public let impossible: String?

    public enum Reason: String, Sendable, Hashable {
        /// It was settled before: recorded with the run, or decided earlier in this session.
        case settled
        /// It was found before on this machine.
        case remembered
        /// It was measured now.
        case measured
        /// It comes first in a fixed order, or is all there is.
        case standard
    }

    package init(
        layer: String, key: String, variant: KernelVariant, reason: Reason, seconds: [String: Double] = [:], spread: Double = 0,
        impossible: String? = nil
    ) {
        (self.layer, self.key, self.variant, self.reason) = (layer, key, variant.rawValue, reason)
        (self.seconds, self.spread, self.impossible) = (seconds, spread, impossible)
    }
}
