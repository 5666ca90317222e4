import Networks
import ReferenceKernels
import Tensors
import Testing

@Suite struct ConvolutionTests {
    @Test func aConvolutionComputedByHand() throws {
        let operation = Convolution(window: try WindowGeometry(kernel: 2, operation: "test"))
        let x = ReferenceTensor([1, 1, 2, 3], [1, 2, 3, 4, 5, 6])
        let weight = ReferenceTensor([1, 1, 2, 2], [1, 10, 100, 1000])
        let bias = ReferenceTensor([1], [0.5])
        let y = operation.reference([x, weight, bias], step: ReferenceStep(seed: 0))[0]
        #expect(y == ReferenceTensor([1, 1, 1, 2], [1 + 20 + 400 + 5000 + 0.5, 2 + 30 + 500 + 6000 + 0.5]))
    }

    /// The definition, element by element, over random strides, paddings, dilations and groups.
    @Test(arguments: 0..<20) func agreesWithItsDefinition(seed: Int) throws {
        var random = RandomCases(seed: 100 + seed)
        let (window, extents) = try random.window(largest: 4, dilated: true)
        let groups = random.integer(1...3)
        let (inputs, outputs) = (random.integer(1...3), random.integer(1...3))
        let x = random.tensor(Shape([2, groups * inputs] + extents))
        let weight = random.tensor(Shape([groups * outputs, inputs] + window.kernel))
        let y = Convolution(window: window, groups: groups).reference([x, weight], step: ReferenceStep(seed: 0))[0]

        func padded(_ n: Int, _ c: Int, _ h: Int, _ w: Int) -> Double {
            guard 0..<extents[0] ~= h, 0..<extents[1] ~= w else { return 0 }
            return x.values[((n * groups * inputs + c) * extents[0] + h) * extents[1] + w]
        }
        var place = 0
        for n in 0..<2 {
            for k in 0..<groups * outputs {
                for p in 0..<y.shape[2] {
                    for q in 0..<y.shape[3] {
                        var sum = 0.0
                        for c in 0..<inputs {
                            for r in 0..<window.kernel[0] {
                                for s in 0..<window.kernel[1] {
                                    let w = ((k * inputs + c) * window.kernel[0] + r) * window.kernel[1] + s
                                    sum +=
                                        weight.values[w]
                                        * padded(
                                            n, k / outputs * inputs + c,
                                            p * window.stride[0] + r * window.dilation[0] - window.paddingBegin[0],
                                            q * window.stride[1] + s * window.dilation[1] - window.paddingBegin[1])
                                }
                            }
                        }
                        #expect(abs(y.values[place] - sum) < 1e-12)
                        place += 1
                    }
                }
            }
        }
    }

    @Test func costsTwoOperationsPerProduct() throws {
        // AlexNet's second convolution: 256 maps of 27 × 27, each from 48 maps under 5 × 5.
        let operation = Convolution(window: try WindowGeometry(kernel: 5, padding: 2, operation: "test"), groups: 2)
        let inputs = [TensorType.examples([10, 96, 27, 27]), TensorType.examples([256, 48, 5, 5]), TensorType.examples([256])]
        let outputs = try operation.outputTypes(for: inputs)
        #expect(outputs == [TensorType.examples([10, 256, 27, 27])])
        let cost = operation.cost(inputs: inputs, outputs: outputs)
        #expect(cost.floatingPointOperations == 2 * 10 * 256 * 27 * 27 * 48 * 25)
        #expect(cost.bytesRead == 4 * (10 * 96 * 27 * 27 + 256 * 48 * 25 + 256))
        #expect(cost.bytesWritten == 4 * 10 * 256 * 27 * 27)
    }

    @Test func inputsThatDoNotFitAreRefused() throws {
        let operation = Convolution(window: try WindowGeometry(kernel: 3, operation: "test"), groups: 2)
        func refuses(_ shapes: [Shape], _ expected: String) {
            let error = #expect(throws: NetworkError.self) {
                try operation.outputTypes(for: shapes.map { TensorType.examples($0) })
            }
            #expect(error?.description.contains(expected) == true, "\(String(describing: error))")
        }
        refuses([[1, 4, 5, 5]], "2 to 3 inputs")
        refuses([[4, 5, 5], [4, 2, 3, 3]], "images")
        refuses([[1, 3, 5, 5], [4, 2, 3, 3]], "divisible by its 2 groups")
        refuses([[1, 4, 5, 5], [3, 2, 3, 3]], "divisible by its 2 groups")
        refuses([[1, 4, 5, 5], [4, 4, 3, 3]], "a weight for 2 input channels a group")
        refuses([[1, 4, 5, 5], [4, 2, 5, 5]], "a weight of kernel")
        refuses([[1, 4, 5, 5], [4, 2, 3, 3], [3]], "a bias for 4 output channels")
        refuses([[1, 4, 2, 2], [4, 2, 3, 3]], "does not fit an input of 2")
    }

    @Test func channelsAreDividedByWholeGroups() throws {
        let inputs = [TensorType.examples([2, 12, 5, 5]), TensorType.examples([12, 2, 3, 3])]
        let operation = Convolution(window: try WindowGeometry(kernel: 3, operation: "test"), groups: 6)
        let outputs = try operation.outputTypes(for: inputs)
        func shardings(_ parts: Int) -> [PlacementRule.Sharding] {
            operation.placementRules(inputs: inputs, outputs: outputs, parts: parts).map(\.sharding)
        }
        #expect(shardings(2) == [.batch, .groups, .nothing])
        #expect(shardings(3) == [.batch, .groups, .nothing])
        #expect(shardings(4) == [.batch, .nothing])
    }
}
