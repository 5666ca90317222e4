/// What is summed over the micro-batches of a step, along one tree.
public enum BatchSum: Sendable, Hashable {
    /// A parameter's gradient, or what a state is updated from.
    case gradient(parameter: Int)
    /// A tensor of which the step itself needs the sum, before it goes on.
    case statistic(PlacedID)
}
