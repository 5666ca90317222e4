import Training

/// Tells the user what happens in a run.
protocol Reporter: AnyObject {
    func report(_ event: TrainingEvent) throws
    /// Leaves the terminal in order, however the run ended.
    func end()
}
