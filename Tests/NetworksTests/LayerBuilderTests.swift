import Networks
import Tensors
import Testing

/// A network's file reads like its table: functions of layers, scopes, numbers, shortcuts; and its parameters are named as PyTorch's are.
@Suite struct LayerBuilderTests {
    private func names(@LayerBuilder _ layers: () -> [any Layer]) throws -> [String] {
        let network = Network("named", input: [4, 8, 8], layers: layers)
        return try network.graph(batchSize: 2, purpose: .training).parameters.map(\.name)
    }

    @LayerBuilder private func block(_ filters: Int, pooled: Bool) -> [any Layer] {
        Conv2D(filters, kernel: 3, padding: 1, bias: false)
        ReLU()
        if pooled { MaxPool2D(2) }
    }

    @Test func functionsOfLayersAndLoopsAndListsAreLayers() throws {
        let names = try names {
            for filters in [4, 8] { block(filters, pooled: filters > 4) }
            Sequential(block(2, pooled: false))
            Dense(3, bias: false)
        }
        #expect(names == ["conv1.weight", "conv2.weight", "conv3.weight", "dense1.weight"])
    }

    @Test func scopesStandBeforeNames() throws {
        let names = try names {
            Conv2D(4, kernel: 1, bias: false, name: "conv1")
            Named("layer1") {
                Named("0") {
                    Conv2D(4, kernel: 3, padding: 1)
                    Conv2D(4, kernel: 3, padding: 1, bias: false)
                }
                Named("1") { Conv2D(4, kernel: 1, bias: false) }
            }
            Dense(3, bias: false, name: "fc")
        }
        #expect(
            names == [
                "conv1.weight", "layer1.0.conv1.weight", "layer1.0.conv1.bias", "layer1.0.conv2.weight", "layer1.1.conv1.weight",
                "fc.weight",
            ])
    }

    @Test func numberedLayersCountThoseWithoutParameters() throws {
        let names = try names {
            Numbered("features") {
                block(4, pooled: true)
                block(8, pooled: false)
                Residual { Numbered("branch") { Conv2D(8, kernel: 1, bias: false) } }
                Numbered {
                    ReLU()
                    Conv2D(8, kernel: 1, bias: false)
                }
                Conv2D(8, kernel: 1, bias: false, name: "last")
            }
            Numbered("classifier") {
                Dropout(0.5)
                Dense(3)
            }
        }
        #expect(
            names == [
                "features.0.weight", "features.3.weight", "features.5.branch.0.weight", "features.6.1.weight",
                "features.last.weight", "classifier.1.weight", "classifier.1.bias",
            ])
    }

    /// Dropout is no operation of an inference graph; its number counts all the same.
    @Test func bothPurposesNumberAlike() throws {
        let network = Network("dropped", input: [4, 8, 8]) {
            Numbered("a") {
                Dropout(0.5)
                Conv2D(2, kernel: 3)
                ReLU()
                Dropout(0.5)
                Dense(3)
            }
        }
        let training = try network.graph(batchSize: 2, purpose: .training)
        #expect(training.parameters == (try network.graph(batchSize: 2, purpose: .inference).parameters))
        #expect(training.nodes.map(\.layer) == ["a.0", "a.1", "a.2", "a.3", "a.flatten1", "a.4", "loss"])
    }

    @Test func aShortcutIsAddedBeforeTheReLU() throws {
        let network = Network("residual", input: [4, 8, 8]) {
            Residual("plain", relu: false) { Conv2D(4, kernel: 3, padding: 1) }
            Residual {
                Conv2D(8, kernel: 3, stride: 2, padding: 1)
            } shortcut: {
                Conv2D(8, kernel: 1, stride: 2, name: "downsample")
            }
            Dense(3)
        }
        let graph = try network.graph(batchSize: 2, purpose: .inference)
        #expect(graph.nodes.map(\.layer).prefix(6) == ["plain.conv1", "plain.add1", "conv1", "downsample", "add1", "relu1"])
        #expect(graph.nodes[1].inputs == [graph.nodes[0].outputs[0], graph.inputs[0]])
        #expect(graph.nodes[4].inputs == [graph.nodes[2].outputs[0], graph.nodes[3].outputs[0]])
        _ = try TrainingGraph(of: network.graph(batchSize: 2, purpose: .training))
    }

    @Test func mistakesAreNamedWithTheirScopeOnce() {
        func message(_ layer: any Layer) -> String {
            let network = Network("wrong", input: [3, 8, 8]) { Named("a") { Named("b") { layer } } }
            let error = #expect(throws: NetworkError.self) { try network.graph(batchSize: 1, purpose: .training) }
            return error?.description ?? ""
        }
        #expect(message(Dense(0, name: "c")) == "layer a.b.c: it needs at least one unit, not 0")
        #expect(message(Conv2D(3, kernel: 9, name: "c")).hasPrefix("a.b.c: convolution: a window of 9 does not fit"))
        #expect(message(Residual { Conv2D(4, kernel: 1) }).hasPrefix("a.b.add1: addition expects tensors of one shape"))
        #expect(
            message(
                Sequential {
                    Conv2D(2, kernel: 1, name: "c")
                    Conv2D(2, kernel: 1, name: "c")
                }) == "two layers are named a.b.c; give each layer with parameters a name of its own")
    }

    @Test func kernelsNeedNotBeSquare() throws {
        let network = Network("wide", input: [4, 9, 9]) {
            Conv2D(6, kernel: RowsAndColumns(1, 7), padding: RowsAndColumns(0, 3), name: "wide")
            Conv2D(6, kernel: RowsAndColumns(7, 1), stride: RowsAndColumns(1, 2), padding: RowsAndColumns(3, 0), name: "high")
            Dense(2)
        }
        let graph = try network.graph(batchSize: 1, purpose: .inference)
        #expect(graph.parameters[0].shape == [6, 4, 1, 7] && graph.parameters[2].shape == [6, 6, 7, 1])
        #expect(graph.nodes.prefix(2).map { graph.type($0.outputs[0]).shape } == [[1, 6, 9, 9], [1, 6, 9, 5]])
    }
}
