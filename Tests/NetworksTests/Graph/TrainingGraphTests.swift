import Networks
import Tensors
import Testing

@Suite struct TrainingGraphTests {
    let network = Network("branched", input: [3, 8, 8]) {
        Conv2D(4, kernel: 3, padding: 1, name: "stem")
        ReLU()
        Add {
            Identity()
            Conv2D(4, kernel: 3, padding: 1, name: "branch")
        }
        Dense(5, name: "head")
    }

    @Test func everyTrainableParameterHasAGradientOfItsShape() throws {
        let training = try TrainingGraph(of: network.graph(batchSize: 2, purpose: .training))
        #expect(training.updates.map(\.parameter) == Array(training.graph.parameters.indices))
        for (parameter, gradient) in training.updates.map({ ($0.parameter, $0.contribution) }) {
            #expect(training.graph.type(gradient).shape == training.graph.parameters[parameter].shape)
        }
    }

    @Test func noGradientOfTheImagesIsComputed() throws {
        let training = try TrainingGraph(of: network.graph(batchSize: 2, purpose: .training))
        let dataGradients = training.graph.nodes.filter { $0.operation is ConvolutionDataGradient }
        #expect(dataGradients.map(\.layer) == ["branch"])
    }

    @Test func twoLayersOfOneNameAreRefused() {
        let twice = Network("twice", input: [1, 4, 4]) {
            Dense(3, name: "head")
            Dense(3, name: "head")
        }
        #expect(throws: NetworkError.duplicateName("head")) { try twice.graph(batchSize: 1, purpose: .training) }
    }
}
