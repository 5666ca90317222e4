/// The kernels' times alone, a mean worker's, put together by who computes: what a step would take that wastes nothing between them.
public struct KernelsAlone: Sendable, Hashable {
    /// The library's primitives that compute.
    public let primitives: Double
    /// The library's copies between layouts.
    public let reorders: Double
    /// Our own loops, updates among them.
    public let loops: Double

    public var librarySeconds: Double { primitives + reorders }
    public var seconds: Double { primitives + reorders + loops }

    /// Nil where that was not measured.
    public init?(_ profile: StepProfile) {
        guard profile.rows.contains(where: { $0.secondsAlone != nil }) else { return nil }
        func sum(where belongs: (StepProfile.Row) -> Bool) -> Double {
            profile.rows.reduce(0) { $0 + (belongs($1) ? $1.secondsAlone ?? 0 : 0) }
        }
        primitives = sum { $0.isLibrarys && $0.part != .reorder }
        reorders = sum { $0.isLibrarys && $0.part == .reorder }
        loops = sum { !$0.isLibrarys }
    }
}
