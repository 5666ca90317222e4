import Layouts
import OneDNN
import TestSupport
import Testing

@Suite("oneDNN convolution agrees with plain loops")
struct ConvolutionTests {
    @Test(arguments: ConvolutionCase.named + ConvolutionCase.random, LayoutChoice.allCases)
    func allPasses(of shape: ConvolutionCase, in choice: LayoutChoice) throws {
        try check(shape, choice, .direct, .sums)
    }

    @Test("Winograd, asked for by name", .winogradExists)
    func winograd() throws {
        let shape = ConvolutionCase(
            batch: 2, inputs: 32, outputs: 48, size: [13, 13], kernel: [3, 3], begin: [1, 1], end: [1, 1])
        try check(shape, .any, .winograd, .winograd)
    }

    @Test(arguments: [EltwiseKind.relu, .tanh, .logistic])
    func fusedActivation(_ activation: EltwiseKind) throws {
        let bench = try KernelBench()
        let shape = ConvolutionCase(batch: 2, inputs: 5, outputs: 20, size: [6, 7], kernel: [3, 3])
        var numbers = RandomNumbers(seed: 5)
        let source = numbers.floats(shape.source.reduce(1, *))
        let weights = numbers.floats(shape.weights.reduce(1, *))
        let forward = try PrimitiveDescriptor.convolutionForward(
            engine: bench.engine, source: .any(shape.source), weights: .any(shape.weights), bias: nil,
            destination: .any(shape.destination), geometry: shape.geometry, activation: activation, training: true)
        var expected = [Float](repeating: 0, count: shape.destination.reduce(1, *))
        shape.forEachProduct { expected[$2] += source[$0] * weights[$1] }
        expected = expected.map { activation.reference($0) }
        let result = try bench.run(
            forward,
            [.source: bench.tensor(source, .plain(shape.source)), .weights: bench.tensor(weights, .plain(shape.weights))])
        let destination = try #require(result[.destination])
        #expect(Tolerance.sums.mismatch(try bench.values(destination), expected) == nil)
        // 20 channels do not fill blocks of 16: the padding must be zero even where the activation of zero is not.
        let sum = destination.rawFloats.reduce(0, +)
        #expect(abs(sum - expected.reduce(0, +)) < 1e-2)
    }

    @Test("An operation that cannot be is an error that names it")
    func impossible() throws {
        let bench = try KernelBench()
        let failure = #expect(throws: OneDNNError.self) {
            try PrimitiveDescriptor.convolutionForward(
                engine: bench.engine, source: .plain([1, 3, 8, 8]), weights: .plain([4, 5, 3, 3]), bias: nil,
                destination: .plain([1, 4, 6, 6]),
                geometry: ConvolutionGeometry(strides: [1, 1], dilations: [1, 1], paddingBegin: [0, 0], paddingEnd: [0, 0]),
                training: true)
        }
        #expect(
            failure?.description
                == "oneDNN convolution forward failed: invalid_arguments [source: abcd f32 1x3x8x8; weights: abcd f32 4x5x3x3; "
                + "destination: abcd f32 1x4x6x6]")
        let unimplemented = #expect(throws: OneDNNError.self) {
            try PrimitiveDescriptor.convolutionForward(
                engine: bench.engine, source: .any([1, 16, 8, 8]), weights: .any([16, 16, 5, 5]), bias: nil,
                destination: .any([1, 16, 4, 4]),
                geometry: ConvolutionGeometry(strides: [1, 1], dilations: [1, 1], paddingBegin: [0, 0], paddingEnd: [0, 0]),
                algorithm: .winograd, training: true)
        }
        #expect(unimplemented?.description.hasPrefix("oneDNN Winograd convolution forward failed: unimplemented [") == true)
    }

    private func check(
        _ shape: ConvolutionCase, _ choice: LayoutChoice, _ algorithm: ConvolutionAlgorithm, _ tolerance: Tolerance
    ) throws {
        let bench = try KernelBench()
        var numbers = RandomNumbers(seed: 1)
        let source = numbers.floats(shape.source.reduce(1, *))
        let weights = numbers.floats(shape.weights.reduce(1, *))
        let bias = numbers.floats(shape.outputs)
        let diffDestination = numbers.floats(shape.destination.reduce(1, *))
        let pixels = shape.outputSize.reduce(1, *)

        var destination = diffDestination.indices.map { bias[$0 / pixels % shape.outputs] }
        var diffSource = [Float](repeating: 0, count: source.count)
        var diffWeights = [Float](repeating: 0, count: weights.count)
        var diffBias = [Float](repeating: 0, count: shape.outputs)
        shape.forEachProduct { s, w, d in
            destination[d] += source[s] * weights[w]
            diffSource[s] += weights[w] * diffDestination[d]
            diffWeights[w] += source[s] * diffDestination[d]
        }
        for index in diffDestination.indices { diffBias[index / pixels % shape.outputs] += diffDestination[index] }

        let sourceLayout = choice.activations(shape.source)
        let weightsLayout = choice.weights(shape.weights)
        let biasLayout = choice.weights([shape.outputs])
        let destinationLayout = choice.activations(shape.destination)
        let given: [Argument: TensorMemory] = [
            .source: try bench.tensor(source, .plain(shape.source)),
            .weights: try bench.tensor(weights, .plain(shape.weights)),
            .bias: try bench.tensor(bias, .plain([shape.outputs])),
            .diffDestination: try bench.tensor(diffDestination, .plain(shape.destination)),
        ]
        func expect(_ descriptor: PrimitiveDescriptor, _ argument: Argument, _ expected: [Float]) throws {
            let result = try bench.run(descriptor, given)
            let values = try result[argument].map(bench.values)
            if let mismatch = tolerance.mismatch(values, expected) {
                Issue.record("\(descriptor.operation) by \(descriptor.implementation), \(argument): \(mismatch)")
            }
        }
        let forward = try PrimitiveDescriptor.convolutionForward(
            engine: bench.engine, source: sourceLayout, weights: weightsLayout, bias: biasLayout,
            destination: destinationLayout, geometry: shape.geometry, algorithm: algorithm, training: true)
        try expect(forward, .destination, destination)
        let inference = try PrimitiveDescriptor.convolutionForward(
            engine: bench.engine, source: sourceLayout, weights: weightsLayout, bias: biasLayout,
            destination: destinationLayout, geometry: shape.geometry, algorithm: algorithm, training: false)
        try expect(inference, .destination, destination)
        let backwardData = try PrimitiveDescriptor.convolutionBackwardData(
            engine: bench.engine, diffSource: sourceLayout, weights: weightsLayout, diffDestination: destinationLayout,
            geometry: shape.geometry, algorithm: algorithm)
        try expect(backwardData, .diffSource, diffSource)
        let backwardWeights = try PrimitiveDescriptor.convolutionBackwardWeights(
            engine: bench.engine, source: sourceLayout, diffWeights: weightsLayout, diffBias: biasLayout,
            diffDestination: destinationLayout, geometry: shape.geometry, algorithm: algorithm)
        try expect(backwardWeights, .diffWeights, diffWeights)
        try expect(backwardWeights, .diffBias, diffBias)
    }
}
