import KernelChoices
package import Layouts
import Networks
import Parallelism

/// On what all workers must agree, because they read each other's memory and compute the same whoever does it: worker 0 decides,
/// the others follow.
package struct SharedLayouts: Sendable {
    /// The parameters' layouts, by their place in the graph.
    package var parameters: [Int: Layout] = [:]
    /// The format of each exchanged tensor, by the collective's place among the instructions, training and inference apart.
    var formats: [PlanPurpose: [Int: ExchangeFormat]] = [:]
    /// How each node is computed.
    var variants: [PlanPurpose: [NodeID: KernelVariant]] = [:]

    package init() {}
}

/// What a plan is for.
package enum PlanPurpose: Sendable, Hashable, CaseIterable {
    case training
    case inference
}
