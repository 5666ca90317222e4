import KernelChoices
import Kernels
import Layouts
import Networks
import OneDNN
import ReferenceKernels
import Tensors
import TestSupport
import Testing

/// The gradient of a dense layer's input with the images in vectors, against the plain loop in double precision.
@Suite struct BatchInnermostInnerProductTests {
    /// Whole vectors of images and broken ones, blocks that are full and not, one part of the result and several.
    @Test(
        arguments: [
            (64, 48, 64, 64), (16, 16, 16, 16), (1, 17, 70, 64), (5, 100, 33, 32), (48, 33, 129, 64), (80, 4_500, 20, 16),
            (19, 64, 100, 32), (128, 1_100, 65, 64),
        ], InstructionSet.available)
    func agreesWithThePlainSum(
        test: (images: Int, inputs: Int, outputs: Int, block: Int), instructions: InstructionSet
    ) throws {
        let dy = Operand(random: [test.images, test.outputs])
        let weights = Operand(random: [test.outputs, test.inputs], stream: 1)
        let plain = Layout.plain([test.outputs, test.inputs])
        let blocked = try #require(Layout.named("AB16b\(test.block)a", plain.dims))
        let turned = try KernelRun(reordering: weights, from: plain, to: blocked, instructions)
        var laid = weights
        laid.words = turned.outputs[0].map(\.bitPattern)
        let operation = try Self.operation()
        let run = try KernelRun(
            operation, [dy, laid], layouts: [.plain([test.images, test.outputs]), blocked], instructions: instructions
        ) { $0.variant = .batchInnermost }
        #expect(run.choice.implementation == "loop:\(instructions), batch-innermost")
        let expected = operation.reference(
            [dy, weights].map { ReferenceTensor($0.type.shape, $0.values.map(Double.init)) }, step: ReferenceStep(seed: 0))
        // Single precision rounds sums of as many terms as there are outputs.
        expectClose(run.outputs[0], expected[0].values, absolute: 3e-7 * Double(test.outputs), relative: 1e-5)
    }

    /// It has no attributes, so that any network's is as good as another's.
    private static func operation() throws -> InnerProductDataGradient {
        let network = probe([4, 1, 1]) { Dense(3, name: "dense") }
        let graph = try TrainingGraph(of: try network.graph(batchSize: 2, purpose: .training)).graph
        return try #require(graph.nodes.lazy.compactMap { $0.operation as? InnerProductDataGradient }.first)
    }

    @Test func weightsThatLieOtherwiseAreLeftToTheLibrary() throws {
        let (engine, operation) = (try Engine(), try Self.operation())
        func variants(_ layout: Layout) -> [KernelVariant] {
            operation.variants(
                for: KernelRequest(
                    engine: engine,
                    inputs: [
                        .init(type: TensorType.examples([32, 64]), layout: .plain([32, 64])),
                        .init(type: TensorType.examples([64, 128]), layout: layout),
                    ], outputs: [.init(type: TensorType.examples([32, 128]))]))
        }
        #expect(variants(try #require(Layout.named("AB16b64a", [64, 128]))) == [.standard, .batchInnermost])
        #expect(variants(.plain([64, 128])) == [.standard])
        #expect(variants(.any([64, 128])) == [.standard])
    }
}
