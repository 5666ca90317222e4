package import Networks
package import Parallelism

/// A network spread over devices, for training and for inference.
package struct SessionGraphs {
    package let training: PlacedGraph
    package let inference: PlacedGraph

    /// Throws `NetworkError` or `ParallelismError` with what does not fit.
    package init(
        _ network: Network, strategy: any Strategy, devices: Int, lanes: Int, batchSize: Int, microBatches: Int?,
        rule: any UpdateRule = GradientDescent()
    ) throws {
        let training = try Partitioner.place(
            try TrainingGraph(
                of: try network.graph(batchSize: batchSize, purpose: .training).fusingNormalizations(), rule: rule),
            strategy: strategy, devices: devices, lanes: lanes, microBatches: microBatches)
        inference = try Partitioner.place(
            try network.graph(batchSize: batchSize, purpose: .inference).fusingNormalizations(), strategy: strategy,
            devices: devices, lanes: lanes,
            microBatches: microBatches, parametersOf: training)
        self.training = training
    }

    package var byPurpose: [PlanPurpose: PlacedGraph] { [.training: training, .inference: inference] }
}
