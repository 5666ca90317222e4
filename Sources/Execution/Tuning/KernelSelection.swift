/// How a session chooses among the ways in which a kernel can be computed.
///
/// Whatever is chosen holds for all devices, lanes and shards: worker 0 chooses when it makes its plan, the others follow. Two
/// choices may differ in the last bits, so a run that is to be reproduced elsewhere has to be given the same table.
public struct KernelSelection: Sendable, Hashable {
    /// Choices that are settled: measured before on this machine, or recorded in a checkpoint.
    public var known: KernelTable
    /// Whether what is not known is measured, on worker 0, while the plan is made; otherwise it is the first of a fixed order.
    public var measures: Bool
    /// What is not known is the first of these that there is; for tests and comparisons.
    package var preferred: [KernelVariant] = []
    /// For tests: each worker draws its kernels by this seed, in each turn anew, whatever the others have drawn.
    package var drawn: UInt64?

    public init(known: KernelTable = KernelTable(), measures: Bool) {
        self.known = known
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
    /// Seconds that each way took, reorders of its inputs included; empty where nothing was measured.
    public let seconds: [String: Double]
}
