package import KernelChoices
import Networks
package import Parallelism

/// One worker's unbound plans, for training and for inference.
package struct UnboundPlans {
    package let byPurpose: [PlanPurpose: UnboundPlan]

    /// - Parameter decided: what worker 0 decided; nil for worker 0 itself.
    package init(
        _ graphs: [PlanPurpose: PlacedGraph], worker: Int, engine: any KernelEngine, selection: KernelSelection,
        precision: Precision,
        keepsGradients: Bool = false, decided: SharedLayouts?
    ) throws {
        var parameters = decided?.parameters ?? [:]
        var selection = selection
        func plan(_ purpose: PlanPurpose) throws -> UnboundPlan? {
            guard let placed = graphs[purpose] else { return nil }
            let unbound = try Planner.plan(
                placed, worker: worker, purpose: purpose, engine: engine, selection: selection, precision: precision,
                keepsGradients: keepsGradients, parameters: parameters, decided: decided)
            for decision in unbound.decisions where !decision.seconds.isEmpty {
                selection.known.entries[decision.key] = decision.variant
            }
            return unbound
        }
        if decided == nil, precision != .f32 {
            // Weights are converted to bfloat16 whatever their layout; that of the gradient spares the gradient's copy.
            let measures = selection.measures
            selection.measures = false
            parameters = try plan(.training)?.gradientLayouts ?? [:]
            selection.measures = measures
        }
        var unboundPlans: [PlanPurpose: UnboundPlan] = [:]
        // Training decides the parameters' layouts, inference takes them as they are.
        for purpose in [PlanPurpose.training, .inference] {
            unboundPlans[purpose] = try plan(purpose)
            parameters = unboundPlans[purpose]?.parameterLayouts ?? parameters
        }
        byPurpose = unboundPlans
    }

    /// What the other workers are to follow, if these are worker 0's.
    package var layouts: SharedLayouts {
        var shared = SharedLayouts()
        for (purpose, unbound) in byPurpose {
            shared.parameters.merge(unbound.parameterLayouts) { first, _ in first }
            shared.formats[purpose] = unbound.formats
            shared.variants[purpose] = unbound.variants
        }
        return shared
    }
}
