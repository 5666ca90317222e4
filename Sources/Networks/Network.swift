// A network is written as layers and is a graph: whoever imports one has the other.
@_exported public import Graphs
public import Tensors

/// A network: what it takes in, its layers, and how its scores are evaluated. Written once, spread by a strategy.
///
///     let network = Network("tiny", input: [1, 28, 28]) {
///         Conv2D(8, kernel: 5)
///         ReLU()
///         MaxPool2D(2)
///         Dense(10)
///     }
public struct Network: Sendable {
    public let name: String
    /// [C, H, W]
    public private(set) var inputShape: Shape
    public let body: Sequential
    public let loss: SoftmaxCrossEntropy
    /// Where the network was published.
    public let source: String
    private var initialization: Initialization
    /// By which statistics batch normalisation normalises in training.
    public private(set) var statistics = BatchStatistics.microBatch
    private var options: @Sendable (Parameter) -> UpdateOptions
    private var labelSmoothing: Float = 0
    private var drops = true

    /// Which first values the parameters get.
    public enum Initialization: String, Sendable, Hashable, CaseIterable {
        /// As the network's layers say.
        case published
        /// He's normal distribution for weights and zero for biases, whatever the layers say.
        case he
    }

    public init(
        _ name: String, input: Shape, source: String = "", loss: SoftmaxCrossEntropy = SoftmaxCrossEntropy(),
        @LayerBuilder layers: () -> [any Layer]
    ) {
        self.name = name
        inputShape = input
        self.source = source
        self.loss = loss
        body = Sequential(layers)
        initialization = .published
        options = \.options
    }

    /// The network for images of so many rows and columns: the same layers, of which dense ones may have other numbers of weights.
    public func taking(side: Int) -> Network {
        var network = self
        network.inputShape = [inputShape[0], side, side]
        return network
    }

    /// The network with other first values.
    public func initialized(_ initialization: Initialization) -> Network {
        var network = self
        network.initialization = initialization
        return network
    }

    /// The network whose batch normalisation normalises by other statistics in training.
    public func normalizing(by statistics: BatchStatistics) -> Network {
        var network = self
        network.statistics = statistics
        return network
    }

    /// The network with smoothed labels in training, for its own loss and for auxiliary ones; see `SoftmaxCrossEntropy`.
    public func smoothingLabels(by share: Float) -> Network {
        var network = self
        network.labelSmoothing = share
        return network
    }

    /// The network with or without what its dropout layers do in training.
    public func droppingOut(_ drops: Bool) -> Network {
        var network = self
        network.drops = drops
        return network
    }

    /// The network with other options for some of its parameters: `change` is given each, with the options that it has.
    ///
    ///     network.updating { parameter in
    ///         var options = parameter.options
    ///         if parameter.kind == .bias { options.decayFactor = 0 }
    ///         return options
    ///     }
    public func updating(_ change: @escaping @Sendable (Parameter) -> UpdateOptions) -> Network {
        let before = options
        var network = self
        network.options = {
            var parameter = $0
            parameter.options = before(parameter)
            return change(parameter)
        }
        return network
    }

    /// The network's operations for a global batch of N examples. Throws when layers do not fit each other.
    /// The parameters are the same, in the same order, for either purpose.
    public func graph(batchSize: Int, purpose: GraphPurpose) throws(NetworkError) -> Graph {
        guard inputShape.rank == 3 else {
            throw .shape(operation: "network \(name)", expected: "images [C, H, W]", actual: "\(inputShape)")
        }
        guard batchSize > 0 else {
            throw .shape(operation: "network \(name)", expected: "a batch of at least 1 example", actual: "\(batchSize)")
        }
        var builder = GraphBuilder(
            batchSize: batchSize, purpose: purpose, statistics: statistics,
            labelSmoothing: max(labelSmoothing, loss.labelSmoothing), drops: drops)
        let images = try builder.addInput("images", .examples(Shape([batchSize] + inputShape.dimensions)))
        let labels = try builder.addInput("labels", .examples([batchSize], .int32))
        let scores = try body.apply(to: images, in: &builder)
        try builder.inLayer("loss") { builder throws(NetworkError) in
            let outputs = try builder.add(loss.smoothing(by: builder.labelSmoothing), [scores, labels], named: "loss")
            try builder.addOutput(outputs[0], named: "loss", .loss(weight: 1))
            try builder.addOutput(outputs[1], named: "rank", .metric)
            try builder.addOutput(scores, named: "scores", .scores)
        }
        var graph = builder.graph
        if initialization == .he {
            for index in graph.parameters.indices {
                switch graph.parameters[index].kind {
                case .weight: graph.parameters[index].initializer = .heNormal(fanIn: graph.parameters[index].fanIn)
                case .bias: graph.parameters[index].initializer = .constant(0)
                case .scale, .constant, .state: break
                }
            }
        }
        for index in graph.parameters.indices { graph.parameters[index].options = options(graph.parameters[index]) }
        return graph
    }

    /// The number of classes it tells apart.
    public func classCount() throws(NetworkError) -> Int {
        try graph(batchSize: 1, purpose: .inference).classCount
    }
}
