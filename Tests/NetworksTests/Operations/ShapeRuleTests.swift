import Networks
import Tensors
import Testing

/// The shape rules of the operations that have no suite of their own: what they refuse.
@Suite struct ShapeRuleTests {
    private func refuses(
        _ operation: any Operation, _ shapes: [Shape], _ expected: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: NetworkError.self, sourceLocation: sourceLocation) {
            try operation.outputTypes(for: shapes.map { TensorType.examples($0) })
        }
        #expect(error?.description.contains(expected) == true, "\(String(describing: error))", sourceLocation: sourceLocation)
    }

    @Test func mismatches() {
        refuses(InnerProduct(), [[2, 3, 1, 1], [4, 3]], "flatten images first")
        refuses(InnerProduct(), [[2, 3], [4, 2]], "a weight for 3 inputs")
        refuses(InnerProduct(), [[2, 3], [4, 3], [3]], "a bias for 4 outputs")
        refuses(Addition(), [[2, 3], [2, 4]], "tensors of one shape")
        refuses(Concatenation(axis: 1), [[2, 3, 4], [2, 3, 5]], "agree in every axis but 1")
        refuses(Concatenation(axis: 0), [[2, 3], [2, 3]], "after N")
        refuses(Slice(axis: 1, range: 2..<5), [[2, 4]], "indices 2..<5")
        refuses(ChannelSelection(indices: [0, 4]), [[1, 4, 2, 2]], "channels up to 4")
        refuses(BiasAddition(), [[2, 3], [2]], "one bias for each channel")
        refuses(ChannelAffine(), [[2, 3], [3], [2]], "a coefficient and a bias for each channel")
        refuses(RadialBasis(), [[2, 3], [4, 5]], "centers [K, C]")
        refuses(Reshape(extents: [5]), [[2, 2, 3]], "5 elements an example")
        refuses(Multiplication(), [[2, 3], [3, 2]], "two tensors of one shape")
        refuses(ChannelGate(), [[2, 3, 4, 4], [2, 4]], "a number for each channel of each example")
        refuses(ChannelGate(), [[2, 3, 4, 4], [2, 3, 1, 1]], "a number for each channel of each example")
        refuses(HighwayGate(), [[2, 3], [2, 3], [3, 2]], "three tensors of one shape")
        refuses(BlurPooling(stride: 2), [[2, 3, 1, 4]], "at least 2 × 2")
        refuses(BlurPooling(stride: 0), [[2, 3, 4, 4]], "a stride of at least 1")
        refuses(ChannelPadding(channels: 2), [[2, 3, 4, 4]], "at most 2 channels")
        refuses(SoftmaxCrossEntropy(labelSmoothing: 1), [[2, 3], [2]], "less than 1")
    }

    @Test func theRanksOfImagesAreAskedFor() throws {
        let window = try WindowGeometry(kernel: 2, stride: 2, operation: "pooling")
        refuses(MaxPooling(window: window, keepsWinners: false), [[2, 3, 4]], "images [N, C, H, W]")
        refuses(MaxPooling(window: window, keepsWinners: true), [[2, 3, 4, 4, 4]], "images [N, C, H, W]")
        refuses(ChannelScaling(), [[2, 3]], "2 inputs")
        refuses(ChannelScaling(), [[2, 3], [3], [3]], "2 inputs")
    }

    @Test func aConcatenationOfOneIsItself() throws {
        let type = TensorType.examples([2, 3, 4, 4])
        #expect(try Concatenation(axis: 1).outputTypes(for: [type]) == [type])
        #expect(try ChannelScaling().outputTypes(for: [type, TensorType.examples([3])]) == [type])
    }

    /// Padding on one side alone is said, too, and none is not.
    @Test func aWindowSaysItsPadding() throws {
        func attributes(_ begin: [Int], _ end: [Int]) throws -> String {
            let window = try WindowGeometry(
                kernel: [3, 3], stride: [1, 1], paddingBegin: begin, paddingEnd: end, dilation: [1, 1], operation: "pooling")
            return MaxPooling(window: window, keepsWinners: false).attributes
        }
        #expect(try attributes([0, 0], [0, 0]) == "3×3")
        #expect(try attributes([1, 1], [1, 1]) == "3×3, padding 1")
        #expect(try attributes([1, 1], [0, 0]) == "3×3, padding 1/0")
        #expect(try attributes([0, 0], [0, 2]) == "3×3, padding 0/0×2")
    }

    @Test func layersSayWhichOfThemIsWrong() {
        func message(_ layer: any Layer) -> String {
            let network = Network("wrong", input: [3, 8, 8]) { layer }
            let error = #expect(throws: NetworkError.self) { try network.graph(batchSize: 1, purpose: .training) }
            return error?.description ?? ""
        }
        #expect(
            message(Conv2D(4, kernel: 3, groups: 2, name: "a"))
                == "layer a: its 2 groups do not divide 3 input and 4 output channels")
        #expect(message(Conv2D(3, kernel: 9, name: "a")).contains("a window of 9 does not fit an input of 8"))
        #expect(message(ChannelShuffle(groups: 2)) == "layer shuffle1: its 2 groups do not divide 3 channels")
        #expect(message(Dense(0, name: "b")) == "layer b: it needs at least one unit, not 0")
        #expect(message(RadialBasisOutput(centers: [[1], [1, 2]])) == "layer output: its centers have different lengths")
    }
}
