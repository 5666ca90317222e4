/// By which statistics batch normalisation normalises in training.
public enum BatchStatistics: String, Sendable, Hashable, CaseIterable {
    /// Those of each micro-batch: results depend on the number of micro-batches, and on nothing else of how the step is spread.
    case microBatch = "micro-batch"
    /// Those of the whole batch: all micro-batches meet at each normalisation, forward and backward, and their activations live until the last
    /// has come.
    case synchronised
    /// The running ones, which stay as they are: for transfer to a task with few examples.
    case frozen
}
