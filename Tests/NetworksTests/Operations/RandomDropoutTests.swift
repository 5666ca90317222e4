import Networks
import ReferenceKernels
import Tensors
import Testing

@Suite struct RandomDropoutTests {
    let ones = ReferenceTensor([8, 50], [Double](repeating: 1, count: 400))

    @Test func keptElementsAreScaledSoThatTheMeanStays() {
        let outputs = RandomDropout(probability: 0.5, stream: 0).reference([ones], step: ReferenceStep(seed: 1))
        #expect(outputs[0] == outputs[1])
        #expect(Set(outputs[0].values) == [0, 2])
        #expect(abs(outputs[0].values.reduce(0, +) / 400 - 1) < 0.15)
    }

    @Test func stepStreamAndSeedChangeWhatDrops() {
        let first = RandomDropout(probability: 0.5, stream: 0).reference([ones], step: ReferenceStep(seed: 1, step: 4))
        #expect(first == RandomDropout(probability: 0.5, stream: 0).reference([ones], step: ReferenceStep(seed: 1, step: 4)))
        #expect(first != RandomDropout(probability: 0.5, stream: 0).reference([ones], step: ReferenceStep(seed: 1, step: 5)))
        #expect(first != RandomDropout(probability: 0.5, stream: 1).reference([ones], step: ReferenceStep(seed: 1, step: 4)))
        #expect(first != RandomDropout(probability: 0.5, stream: 0).reference([ones], step: ReferenceStep(seed: 2, step: 4)))
    }

    @Test func eachDropoutLayerHasAStreamOfItsOwn() throws {
        let network = Network("twice", input: [1, 2, 2]) {
            Dropout()
            Dense(3)
            Dropout()
        }
        let operations = try network.graph(batchSize: 1, purpose: .training).nodes.compactMap { $0.operation as? RandomDropout }
        #expect(operations.map(\.stream) == [0, 1])
        #expect(try network.graph(batchSize: 1, purpose: .inference).nodes.allSatisfy { !($0.operation is RandomDropout) })
    }

    @Test(arguments: [Float(1), -0.1, 1.5]) func aProbabilityThatIsNoneIsRefused(probability: Float) {
        #expect(throws: NetworkError.self) {
            try RandomDropout(probability: probability, stream: 0).outputTypes(for: [TensorType.examples([1, 2])])
        }
    }
}
