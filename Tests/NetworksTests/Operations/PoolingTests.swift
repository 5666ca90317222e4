import Networks
import ReferenceKernels
import Tensors
import Testing

@Suite struct PoolingTests {
    let step = ReferenceStep(seed: 0)

    @Test func ofEqualElementsTheFirstWins() throws {
        let operation = MaxPooling(window: try WindowGeometry(kernel: 2, operation: "test"), keepsWinners: true)
        let outputs = operation.reference([ReferenceTensor([1, 1, 2, 3], [7, 7, 1, 7, 2, 2])], step: step)
        #expect(outputs[0].values == [7, 7])
        #expect(outputs[1].values == [0, 0])
    }

    @Test func paddingNeverWins() throws {
        let operation = MaxPooling(
            window: try WindowGeometry(kernel: 3, stride: 2, padding: 1, operation: "test"), keepsWinners: true)
        let outputs = operation.reference([ReferenceTensor([1, 1, 2, 2], [-4, -3, -2, -1])], step: step)
        #expect(outputs[0].values == [-1])
        #expect(outputs[1].values == [8])
    }

    @Test func theMeanCountsPaddingOnlyWhereAsked() throws {
        let window = try WindowGeometry(kernel: 2, stride: 2, padding: 1, operation: "test")
        let x = ReferenceTensor([1, 1, 2, 2], [4, 8, 12, 16])
        #expect(AveragePooling(window: window, countsPadding: true).reference([x], step: step)[0].values == [1, 2, 3, 4])
        #expect(AveragePooling(window: window, countsPadding: false).reference([x], step: step)[0].values == [4, 8, 12, 16])
    }

    @Test func roundingUpKeepsTheLastWindow() throws {
        func extents(_ rounding: PoolingRounding) throws -> Shape {
            let network = Network("pooled", input: [1, 6, 6]) {
                MaxPool2D(3, stride: 2, rounding: rounding)
                Dense(2)
            }
            let graph = try network.graph(batchSize: 1, purpose: .inference)
            return graph.type(graph.nodes[0].outputs[0]).shape
        }
        #expect(try extents(.down) == [1, 1, 2, 2])
        #expect(try extents(.up) == [1, 1, 3, 3])
    }

    @Test func aPoolingOfVectorsIsRefused() {
        let network = Network("flat", input: [1, 4, 4]) {
            Flatten()
            MaxPool2D(2)
        }
        #expect(throws: NetworkError.shape(operation: "pooling", expected: "images [N, C, H, W]", actual: "1 × 16")) {
            try network.graph(batchSize: 1, purpose: .training)
        }
    }
}
