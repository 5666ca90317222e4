import Networks
import ReferenceKernels
import Tensors
import Testing

/// Normalisation, shortcut and ReLU in one operation: where it may be, and with the same numbers.
@Suite struct NormalizationFusionTests {
    private func operations(_ network: Network, _ purpose: GraphPurpose = .training) throws -> [String] {
        try network.graph(batchSize: 4, purpose: purpose).fusingNormalizations().nodes.map { node in
            let operation = node.operation
            let tail = (operation as? BatchNormalization)?.tail ?? (operation as? Normalization)?.tail ?? NormalizationTail()
            return [operation.name, tail.description].filter { !$0.isEmpty }.joined(separator: " ")
        }
    }

    private func block(@LayerBuilder shortcut: () -> [any Layer]) -> Network {
        let shortcut = Sequential(shortcut)
        return Network("block", input: [3, 6, 6]) {
            Conv2D(4, kernel: 3, padding: 1, name: "stem")
            BatchNorm(name: "bn1")
            ReLU()
            Add {
                Sequential {
                    Conv2D(4, kernel: 3, padding: 1, name: "conv")
                    BatchNorm(initialScale: 0.5, name: "bn2")
                }
                shortcut
            }
            ReLU()
            BatchNorm(name: "bn3")
            Flatten()
            Dense(5, name: "fc")
        }
    }

    @Test(arguments: [GraphPurpose.training, .inference]) func aResidualBlockIsTwoOperations(purpose: GraphPurpose) throws {
        let name = purpose == .training ? "batch normalization" : "normalization"
        #expect(
            try operations(block { Identity() }, purpose) == [
                "convolution", "\(name) + ReLU", "convolution", "\(name) + shortcut + ReLU", name, "reshape", "inner product",
                "softmax cross-entropy",
            ])
        #expect(
            try operations(block { BatchNorm(name: "down") }, purpose) == [
                "convolution", "\(name) + ReLU", "convolution", name, "\(name) + shortcut + ReLU", name, "reshape",
                "inner product", "softmax cross-entropy",
            ])
    }

    /// A value that somebody else reads stays, as do sums of three and other activations.
    @Test func whatIsReadTwiceIsNotFused() throws {
        let network = Network("read twice", input: [3, 6, 6]) {
            BatchNorm(name: "bn1")
            Concat {
                ReLU()
                Identity()
            }
            BatchNorm(name: "bn2")
            Tanh()
            Add {
                BatchNorm(name: "bn3")
                Identity()
                Identity()
            }
            Flatten()
            Dense(5, name: "fc")
        }
        #expect(
            try operations(network) == [
                "batch normalization", "ReLU", "concatenation", "batch normalization", "tanh", "batch normalization",
                "addition",
                "reshape", "inner product", "softmax cross-entropy",
            ])
    }

    /// By the statistics of the batch, too: what makes them stays apart.
    @Test func normalizationByTheBatchIsFused() throws {
        let names = try operations(block { Identity() }.normalizing(by: .synchronised))
        #expect(
            names.filter { $0.hasPrefix("normalization") } == [
                "normalization + ReLU", "normalization + shortcut + ReLU", "normalization",
            ])
        #expect(names.count { $0 == "sum over the batch" } == 6 && names.count { $0 == "batch moments" } == 3)
    }

    /// Loss, what updates are made of and every gradient, in double precision.
    @Test func theNumbersAreTheSame() throws {
        let networks = [block { Identity() }, block { BatchNorm(name: "down") }, everyOperation]
        for network in networks + networks.map({ $0.normalizing(by: .synchronised) }) {
            let plain = try network.graph(batchSize: 4, purpose: .training)
            let fused = plain.fusingNormalizations()
            #expect(fused.nodes.count < plain.nodes.count && fused.parameters == plain.parameters)
            let graphs = try [plain, fused].map { try TrainingGraph(of: $0) }
            let values = graphs.map { run($0.graph) }
            #expect(values[0].meanLoss == values[1].meanLoss)
            #expect(graphs[0].updates.map(\.parameter) == graphs[1].updates.map(\.parameter))
            for (first, second) in zip(graphs[0].updates, graphs[1].updates) {
                let name = plain.parameters[first.parameter].name
                #expect(values[0][first.contribution] == values[1][second.contribution], "\(name)")
            }
            let inference = try network.graph(batchSize: 4, purpose: .inference)
            #expect(run(inference).meanLoss == run(inference.fusingNormalizations()).meanLoss)
        }
    }

    private func run(_ graph: Graph) -> ReferenceValues {
        let shape = graph.type(graph.inputs[0]).shape
        let images = ReferenceTensor(shape, (0..<shape.elementCount).map { Double(($0 * 37) % 101) / 50 - 1 })
        let parameters = graph.parameters.enumerated().map { stream, parameter in
            var tensor = HostTensor(zeros: parameter.shape)
            let range = 0..<parameter.shape.elementCount
            tensor.values.withUnsafeMutableBufferPointer {
                parameter.initializer.fill(seed: 1, stream: stream, range: range, into: $0)
            }
            return ReferenceTensor(tensor)
        }
        return ReferenceInterpreter(graph).run(
            images: images, labels: [0, 1, 2, 3], parameters: parameters, step: ReferenceStep(seed: 1))
    }
}
