import Networks
import Tensors
import Testing

@Suite struct NetworkTests {
    let network = Network("small", input: [2, 4, 4]) {
        Conv2D(3, kernel: 3, weightInitializer: .normal(standardDeviation: 1), biasInitializer: .constant(1), name: "conv")
        Dense(5, weightInitializer: .uniform(bound: 1), name: "head")
    }

    @Test func hesInitializationReplacesWhatLayersSay() throws {
        let published = try network.graph(batchSize: 1, purpose: .training).parameters.map(\.initializer)
        #expect(published == [.normal(standardDeviation: 1), .constant(1), .uniform(bound: 1), .constant(0)])
        let he = try network.initialized(.he).graph(batchSize: 1, purpose: .training).parameters.map(\.initializer)
        #expect(he == [.heNormal(fanIn: 18), .constant(0), .heNormal(fanIn: 12), .constant(0)])
    }

    @Test func bothPurposesHaveTheSameParameters() throws {
        let training = try everyOperation.graph(batchSize: 3, purpose: .training)
        let inference = try everyOperation.graph(batchSize: 7, purpose: .inference)
        #expect(training.parameters == inference.parameters)
        #expect(inference.values.allSatisfy { $0.type.element != .workspace })
    }

    @Test func knowsItsClasses() throws {
        #expect(try network.classCount() == 5)
    }

    @Test func anInputThatIsNoImageIsRefused() {
        let flat = Network("flat", input: [16]) { Dense(2) }
        #expect(throws: NetworkError.shape(operation: "network flat", expected: "images [C, H, W]", actual: "16")) {
            try flat.graph(batchSize: 1, purpose: .training)
        }
    }
}
