import Networks
import ReferenceKernels
import Tensors
import Testing

/// Named ends of a graph: parameters that are used several times, several losses, states.
@Suite struct SharedGraphTests {
    private func graph(
        _ purpose: GraphPurpose = .training, @LayerBuilder _ layers: () -> [any Layer]
    ) throws -> Graph {
        try Network("test", input: [2, 6, 6], layers: layers).graph(batchSize: 4, purpose: purpose)
    }

    @Test func repeatedLayersShareTheirParameters() throws {
        let graph = try graph {
            Repeat(3) {
                Conv2D(2, kernel: 3, padding: 1)
                Repeat(2) {
                    Conv2D(2, kernel: 1, name: "inner")
                    Tanh()
                }
            }
            Conv2D(2, kernel: 1)
            Dense(3)
        }
        #expect(
            graph.parameters.map(\.name) == [
                "conv1.weight", "conv1.bias", "inner.weight", "inner.bias", "conv2.weight", "conv2.bias", "dense1.weight",
                "dense1.bias",
            ])
        #expect(graph.nodes.count { $0.operation is Convolution } == 3 + 6 + 1)
        let training = try TrainingGraph(of: graph)
        #expect(training.updates.map(\.parameter) == Array(0..<8))
        // Three and six contributions are added for a weight and its bias each.
        #expect(training.graph.nodes.filter { $0.operation is Addition }.map(\.inputs.count).sorted() == [3, 3, 6, 6])
        #expect(training.graph.nodes.allSatisfy { $0.isGradient == ($0.id.index >= training.forwardCount) && !$0.layer.isEmpty })
    }

    @Test func whatCannotBeSharedIsRefused() {
        #expect(throws: NetworkError.self) {
            try graph {
                Repeat(2) { Conv2D(5, kernel: 1) }
                Dense(3)
            }
        }
        #expect(throws: NetworkError.self) {
            try graph {
                Conv2D(2, kernel: 1, name: "a")
                Repeat(2) { Conv2D(2, kernel: 1, name: "a") }
                Dense(3)
            }
        }
        #expect(throws: NetworkError.self) {
            try graph {
                Repeat(0) { ReLU() }
                Dense(3)
            }
        }
    }

    @Test func gradientsOfSharedWeightsAndSeveralLossesAreRight() throws {
        let network = Network("both", input: [2, 5, 5]) {
            Repeat(2) {
                Conv2D(2, kernel: 3, padding: 1, weightInitializer: .normal(standardDeviation: 0.4), name: "mix")
                Tanh()
            }
            AuxiliaryLoss(weight: 0.25, name: "aux") { Dense(3, name: "aux.fc") }
            Dense(6, name: "fc1")
            Repeat(3) {
                Dense(6, name: "cell")
                Sigmoid()
            }
            Dense(3, name: "fc2")
        }
        try GradientCheck.expect(network, batchSize: 3, seed: 5)
    }

    @Test func anAuxiliaryLossIsForTrainingAlone() throws {
        func layers() -> [any Layer] {
            [
                Conv2D(2, kernel: 3, name: "conv"), AuxiliaryLoss(weight: 0.5, name: "aux") { Dense(3, name: "aux.fc") },
                Dense(3, name: "fc"),
            ]
        }
        let (training, inference) = (try graph(.training, layers), try graph(.inference, layers))
        #expect(training.outputs.map(\.name) == ["aux", "loss", "rank", "scores"])
        #expect(inference.outputs.map(\.name) == ["loss", "rank", "scores"])
        #expect(training.parameters == inference.parameters)
        #expect(!inference.nodes.contains { $0.layer == "aux.fc" })
        let weights = training.outputs.compactMap { if case .loss(let weight) = $0.role { weight } else { nil } }
        #expect(weights == [0.5, 1] && training.lossWeights.count == 2)
        #expect(training.inputs.map { training.value($0).name } == ["images", "labels"])
        for weight in [0, -1, Float.nan, .infinity] {
            #expect(throws: NetworkError.self) {
                try graph {
                    AuxiliaryLoss(weight: weight, name: "aux") { Dense(3) }
                    Dense(3)
                }
            }
        }
        #expect(throws: NetworkError.self) {
            try graph {
                AuxiliaryLoss(weight: 1, name: "loss") { Dense(3) }
                Dense(3)
            }
        }
    }

    /// A layer that does as it is told with a state.
    private struct Stateful: Layer {
        let kind: Parameter.Kind
        let rule: any UpdateRule
        let extent: Int

        func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
            let state = try builder.addParameter(
                Parameter(name: "state.mean", shape: [extent], kind: kind, fanIn: 1, initializer: .constant(0)))
            try builder.addUpdate(of: state, from: try builder.add(BiasGradient(), [input])[0], rule: rule)
            return input
        }
    }

    @Test func aStateIsUpdatedInTrainingAndLearnsNothing() throws {
        func layers() -> [any Layer] {
            [Stateful(kind: .state, rule: RunningMean(), extent: 2), Conv2D(2, kernel: 3, name: "conv"), Dense(3, name: "fc")]
        }
        let training = try TrainingGraph(of: graph(.training, layers))
        #expect(training.updates.count == 5 && training.updates.last?.parameter == 0)
        #expect(training.updates.last?.rule is RunningMean && training.slots == ["momentum"])
        #expect(NetworkSummary(of: training).parameterCount == 2 * 2 * 9 + 2 + 3 * 32 + 3)
        #expect(try graph(.inference, layers).stateUpdates.isEmpty)
        for wrong in [
            Stateful(kind: .weight, rule: RunningMean(), extent: 2), Stateful(kind: .state, rule: GradientDescent(), extent: 2),
            Stateful(kind: .state, rule: RunningMean(), extent: 3),
        ] {
            #expect(throws: NetworkError.self) {
                try graph {
                    wrong
                    Dense(3)
                }
            }
        }
    }

    @Test func anOutputHasANumberForEachExample() throws {
        struct Wrong: Layer {
            func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
                try builder.addOutput(input, named: "input", .metric)
                return input
            }
        }
        struct Lost: Layer {
            func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
                try builder.input("masks")
            }
        }
        for wrong in [Wrong(), Lost()] as [any Layer] {
            let error = #expect(throws: NetworkError.self) {
                try graph {
                    wrong
                    Dense(3)
                }
            }
            #expect("\(error.map { "\($0)" } ?? "")".count > 30)
        }
    }
}
