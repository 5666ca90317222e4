public import Configuration
public import Networks
public import Parallelism

/// A network of the zoo spread over devices: what each device will do, before any thread starts.
public struct PlacedNetwork: Sendable {
    public let network: Network
    public let summary: NetworkSummary
    /// The training step with every tensor's place.
    public let training: PlacedGraph
    private let placements: [String: String]

    /// Places the configuration's model for `classes` classes, or for as many as it was published with.
    ///
    /// Throws `ModelZooError`, `NetworkError`, `ParallelismError` or `ConfigurationError` with what does not fit.
    public init(_ configuration: TrainingConfiguration, classes: Int? = nil) throws {
        network = try configuration.updating(
            configuration.network(classes: configuration.classes ?? classes).initialized(configuration.initialization))
        let layers = try network.graph(batchSize: configuration.batchSize, purpose: .training)
        summary = NetworkSummary(of: try TrainingGraph(of: layers, rule: configuration.updateRule))
        let graph = try TrainingGraph(of: layers.fusingNormalizations(), rule: configuration.updateRule)
        training = try Partitioner.place(
            graph, strategy: configuration.mode, devices: configuration.devices ?? 1, lanes: configuration.coresPerDevice,
            microBatches: configuration.microBatches)
        placements = Self.placements(in: training, forward: graph.forwardCount)
    }

    /// How many classes the network tells apart.
    public var classCount: Int { training.graph.classCount }

    /// What every worker does in a training step.
    public var programs: [Program] { Program.all(of: training) }

    /// How a layer's work is divided: `batch ÷ 2`, `channels ÷ 2`, `whole` where every worker does all of it.
    public func placement(ofLayer layer: String) -> String { placements[layer] ?? "" }

    private static func placements(in placed: PlacedGraph, forward: Int) -> [String: String] {
        var found: [String: String] = [:]
        for case .compute(let id, let shardings, _, _) in placed.instructions where id.index < forward {
            let node = placed.graph.node(id)
            guard found[node.layer] == nil else { continue }
            var parts: [(word: String, count: Int)] = []
            for (sharding, extent) in zip(shardings, placed.mesh.extents) where extent > 1 {
                guard let word = sharding.word else { continue }
                if parts.last?.word == word {
                    parts[parts.count - 1].count *= extent
                } else {
                    parts.append((word, extent))
                }
            }
            found[node.layer] = parts.isEmpty ? "whole" : parts.map { "\($0.word) ÷ \($0.count)" }.joined(separator: ", ")
        }
        return found
    }
}

extension PlacementRule.Sharding {
    /// What is divided, in a word; nil where nothing is.
    fileprivate var word: String? {
        switch self {
        case .batch: "batch"
        case .channels, .outputChannels: "channels"
        case .groups: "groups"
        case .partialSums: "inputs"
        case .nothing: nil
        }
    }
}
