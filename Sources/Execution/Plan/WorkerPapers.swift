import Networks
import Parallelism

/// One worker's plans on paper, for training and for inference.
struct WorkerPapers {
    let byPurpose: [PlanPurpose: PaperPlan]

    /// - Parameter decided: what worker 0 decided; nil for worker 0 itself.
    init(
        _ graphs: [PlanPurpose: PlacedGraph], worker: Int, engine: Engine, selection: KernelSelection, precision: Precision,
        decided: SharedLayouts?
    ) throws {
        var parameters = decided?.parameters ?? [:]
        var selection = selection
        var papers: [PlanPurpose: PaperPlan] = [:]
        // Training decides the parameters' layouts, inference takes them as they are.
        for purpose in [PlanPurpose.training, .inference] {
            guard let placed = graphs[purpose] else { continue }
            let paper = try Planner.plan(
                placed, worker: worker, purpose: purpose, engine: engine, selection: selection, precision: precision,
                parameters: parameters, decided: decided)
            parameters = paper.parameterLayouts
            for decision in paper.decisions { selection.known.entries[decision.key] = decision.variant }
            papers[purpose] = paper
        }
        byPurpose = papers
    }

    /// What the other workers are to follow, if these are worker 0's.
    var layouts: SharedLayouts {
        var shared = SharedLayouts()
        for (purpose, paper) in byPurpose {
            shared.parameters.merge(paper.parameterLayouts) { first, _ in first }
            shared.formats[purpose] = paper.formats
            shared.variants[purpose] = paper.variants
        }
        return shared
    }
}
