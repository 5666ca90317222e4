import KernelChoices
import Kernels
import Layouts
import Networks
import OneDNN
import ReferenceKernels
import Tensors
import TestSupport
import Testing

/// How much more Winograd's minimal filtering rounds than the direct sum does, measured on AlexNet's layers. The table in the benchmark
/// reports is what this prints.
@Suite(.serialized) struct WinogradRoundingTests {
    private struct Errors {
        /// The root of the mean square, and the worst by the largest result.
        let rootMeanSquare, worst: Double
    }

    @Test(
        arguments: WinogradKernels.exist ? [KernelVariant.winograd, .winogradLoop] : [.winogradLoop],
        [("conv3", 256, 384, 1, 13), ("conv5", 384, 256, 2, 13), ("phases", 48, 96, 1, 20)])
    func isBounded(variant: KernelVariant, test: (name: String, inputs: Int, outputs: Int, groups: Int, extent: Int)) throws {
        try expectBounded(variant, test, kernel: 3)
    }

    /// Which the library has not.
    @Test func ofFivesIsBounded() throws { try expectBounded(.winogradLoop, ("conv2", 96, 256, 2, 27), kernel: 5) }

    private func expectBounded(
        _ variant: KernelVariant, _ test: (name: String, inputs: Int, outputs: Int, groups: Int, extent: Int), kernel: Int
    ) throws {
        let network = probe([test.inputs, test.extent, test.extent]) {
            Conv2D(test.outputs, kernel: kernel, padding: kernel / 2, groups: test.groups, name: "conv")
        }
        let graph = try TrainingGraph(of: try network.graph(batchSize: 1, purpose: .training)).graph
        func operation<Wanted>(_: Wanted.Type) throws -> Wanted {
            try #require(graph.nodes.lazy.compactMap { $0.operation as? Wanted }.first)
        }
        // As behind ReLU, and as He has weights.
        let images = Shape([1, test.inputs, test.extent, test.extent])
        let x = Operand(images, Operand(random: images).values.map { max(0, $0) })
        let shape = Shape([test.outputs, test.inputs / test.groups, kernel, kernel])
        let scale = 1 / (Float(kernel * kernel) * Float(test.inputs / test.groups)).squareRoot()
        let w = Operand(shape, Operand(random: shape, stream: 1).values.map { $0 * scale })
        let dy = Operand(random: [1, test.outputs, test.extent, test.extent], stream: 2)
        let bias = Operand([test.outputs], [Float](repeating: 0, count: test.outputs))
        for (pass, operation, operands) in [
            ("forward", try operation(Convolution.self) as any Networks.Operation, [x, w, bias]),
            ("data gradient", try operation(ConvolutionDataGradient.self), [dy, w]),
            ("weight gradient", try operation(ConvolutionWeightGradient.self), [x, dy]),
        ] {
            let reference = try #require(operation as? any ReferenceComputable).reference(
                operands.map { ReferenceTensor($0.type.shape, $0.values.map(Double.init)) }, step: ReferenceStep(seed: 0))[0]
                .values
            let direct = try errors(operation, operands, .standard, reference)
            let winograd = try errors(operation, operands, variant, reference)
            func text(_ number: Double) -> String { "\(Float(number))" }
            print(
                "rounding of \(test.name), \(pass): rms \(text(direct.rootMeanSquare)) direct, "
                    + "\(text(winograd.rootMeanSquare)) \(variant.rawValue); worst of the largest \(text(direct.worst)), \(text(winograd.worst))"
            )
            #expect(winograd.rootMeanSquare < 10 * direct.rootMeanSquare, "\(pass)")
            #expect(winograd.worst < 5e-6, "\(pass)")
        }
    }

    private func errors(
        _ operation: any Networks.Operation, _ operands: [Operand], _ variant: KernelVariant, _ reference: [Double]
    ) throws -> Errors {
        let bench = try KernelBench()
        let computable = try #require(operation.computable)
        var request = KernelRequest(
            engine: bench.engine, inputs: operands.map { .init(type: $0.type, layout: .any($0.type.shape.dimensions)) },
            outputs: try operation.outputTypes(for: operands.map(\.type)).map { .init(type: $0) })
        request.variant = variant
        let layouts = try computable.implementation(for: request).kernel(for: request).inputs
        let laid = try zip(operands, layouts).map { operand, layout in
            var operand = operand
            operand.words = try bench.tensor(operand.values, layout).rawFloats.map(\.bitPattern)
            return operand
        }
        let run = try KernelRun(operation, laid, layouts: layouts) { $0.variant = variant }
        try #require(run.choice.inputs == layouts)
        let result = TensorMemory(run.choice.outputs[0])
        result.fill(run.outputs[0])
        let differences = zip(try bench.values(result), reference).map { Double($0) - $1 }
        let largest = reference.reduce(0) { max($0, abs($1)) }
        return Errors(
            rootMeanSquare: (differences.reduce(0) { $0 + $1 * $1 } / Double(differences.count)).squareRoot(),
            worst: differences.reduce(0) { max($0, abs($1)) } / largest)
    }
}
