import Layouts
import OneDNN
import TestSupport
import Testing

@Suite("oneDNN inner product agrees with plain loops")
struct InnerProductTests {
    /// batch, source dimensions after the batch, outputs
    static let shapes: [(Int, [Int], Int)] = [
        (1, [1], 1), (1, [7], 5), (4, [64], 32), (3, [100], 10), (2, [16, 3, 3], 20), (5, [6, 1, 1], 17), (2, [20, 2, 5], 48),
    ]

    @Test(arguments: shapes, LayoutChoice.allCases)
    func allPasses(of shape: (Int, [Int], Int), in choice: LayoutChoice) throws {
        let bench = try KernelBench()
        let (batch, features, outputs) = shape
        let inputs = features.reduce(1, *)
        var numbers = RandomNumbers(seed: inputs)
        let source = numbers.floats(batch * inputs)
        let weights = numbers.floats(outputs * inputs)
        let bias = numbers.floats(outputs)
        let diffDestination = numbers.floats(batch * outputs)

        var destination = [Float](repeating: 0, count: batch * outputs)
        var diffSource = [Float](repeating: 0, count: source.count)
        var diffWeights = [Float](repeating: 0, count: weights.count)
        var diffBias = [Float](repeating: 0, count: outputs)
        for n in 0..<batch {
            for k in 0..<outputs {
                let gradient = diffDestination[n * outputs + k]
                destination[n * outputs + k] = bias[k]
                diffBias[k] += gradient
                for c in 0..<inputs {
                    destination[n * outputs + k] += source[n * inputs + c] * weights[k * inputs + c]
                    diffSource[n * inputs + c] += weights[k * inputs + c] * gradient
                    diffWeights[k * inputs + c] += source[n * inputs + c] * gradient
                }
            }
        }

        let sourceLayout = choice.activations([batch] + features)
        let weightsLayout = choice.activations([outputs] + features)
        let biasLayout = Layout.plain([outputs])
        let destinationLayout = choice.weights([batch, outputs])
        let given: [Argument: TensorMemory] = [
            .source: try bench.tensor(source, .plain(sourceLayout.dims)),
            .weights: try bench.tensor(weights, .plain(weightsLayout.dims)),
            .bias: try bench.tensor(bias, biasLayout),
            .diffDestination: try bench.tensor(diffDestination, .plain(destinationLayout.dims)),
        ]
        func expect(_ descriptor: PrimitiveDescriptor, _ argument: Argument, _ expected: [Float]) throws {
            let values = try bench.run(descriptor, given)[argument].map(bench.values)
            if let mismatch = Tolerance.sums.mismatch(values, expected) {
                Issue.record("\(descriptor.operation) by \(descriptor.implementation), \(argument): \(mismatch)")
            }
        }
        for training in [true, false] {
            let forward = try PrimitiveDescriptor.innerProductForward(
                engine: bench.engine, source: sourceLayout, weights: weightsLayout, bias: biasLayout,
                destination: destinationLayout, training: training)
            try expect(forward, .destination, destination)
            let fused = try PrimitiveDescriptor.innerProductForward(
                engine: bench.engine, source: sourceLayout, weights: weightsLayout, bias: biasLayout,
                destination: destinationLayout, activation: .relu, training: training)
            try expect(fused, .destination, destination.map { max($0, 0) })
        }
        let backwardData = try PrimitiveDescriptor.innerProductBackwardData(
            engine: bench.engine, diffSource: sourceLayout, weights: weightsLayout, diffDestination: destinationLayout)
        try expect(backwardData, .diffSource, diffSource)
        let backwardWeights = try PrimitiveDescriptor.innerProductBackwardWeights(
            engine: bench.engine, source: sourceLayout, diffWeights: weightsLayout, diffBias: biasLayout,
            diffDestination: destinationLayout)
        try expect(backwardWeights, .diffWeights, diffWeights)
        try expect(backwardWeights, .diffBias, diffBias)
    }
}
