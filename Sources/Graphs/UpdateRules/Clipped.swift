/// A rule whose gradients are clipped before they come to it.
///
///     Clipped(GradientDescent(), toNorm: 1)
public struct Clipped: UpdateRule {
    public let base: any UpdateRule
    public let clipping: GradientClipping?

    public init(_ base: any UpdateRule, toNorm largestNorm: Double) {
        self.init(base, GradientClipping(largestNorm: largestNorm))
    }

    private init(_ base: any UpdateRule, _ clipping: GradientClipping?) {
        self.base = base
        self.clipping = clipping
    }

    public var name: String { base.name }
    public var slots: [String] { base.slots }
    public var operationsPerElement: Int { base.operationsPerElement + 1 }
    public var usesNorms: Bool { base.usesNorms }
    public func rule(for parameter: Parameter) -> Clipped { Clipped(base.rule(for: parameter), clipping) }
    public func update(_ run: ElementRun, at step: UpdateStep) { base.update(run, at: step) }
}
