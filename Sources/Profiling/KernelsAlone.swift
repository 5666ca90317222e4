import KernelChoices

/// The kernels' times alone, a mean worker's, put together by who computes: what a step would take that wastes nothing between them.
public struct KernelsAlone: Sendable, Hashable {
    /// The library's primitives that compute, each a kernel.
    public let primitives: Double
    /// Kernels put together from several of the library's primitives and copies of ours.
    public let compositions: Double
    /// Copies between layouts.
    public let reorders: Double
    /// Our own loops, updates among them.
    public let loops: Double

    /// What the library has a part in.
    public var librarySeconds: Double { primitives + compositions + reorders }
    public var seconds: Double { librarySeconds + loops }

    /// Nil where that was not measured.
    public init?(_ profile: StepProfile) {
        guard profile.rows.contains(where: { $0.secondsAlone != nil }) else { return nil }
        func sum(where belongs: (StepProfile.Row) -> Bool) -> Double {
            profile.rows.reduce(0) { $0 + (belongs($1) ? $1.secondsAlone ?? 0 : 0) }
        }
        func sum(of origin: KernelOrigin) -> Double { sum { $0.part != .reorder && $0.origin == origin } }
        primitives = sum(of: .primitive)
        compositions = sum(of: .composition)
        reorders = sum { $0.part == .reorder }
        loops = sum { $0.part != .reorder && $0.origin != .primitive && $0.origin != .composition }
    }
}
