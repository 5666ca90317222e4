import Planning

/// The kinds of what a step's time goes to.
public enum StepPart: String, Sendable, Hashable, CaseIterable {
    case forward
    case gradient
    /// Of parameters, with the summing of their gradients.
    case update
    /// Copies from the layout of one operation to that of the next.
    case reorder
    case exchange
    /// For signals of other workers, or for a turn on a shared core.
    case wait
    /// For the batch, and copying it.
    case input
    /// Between the host's order and a lane's first item, and from its last one to the host.
    case overhead
    /// What the medians leave out: the median of whole steps less the medians of their parts. Large where something else
    /// disturbed the steps; it may be negative.
    case irregular

    init(_ kind: ItemSummary.Kind) {
        switch kind {
        case .input: self = .input
        case .forward: self = .forward
        case .gradient: self = .gradient
        case .update: self = .update
        case .reorder: self = .reorder
        case .exchange: self = .exchange
        case .wait: self = .wait
        }
    }
}
