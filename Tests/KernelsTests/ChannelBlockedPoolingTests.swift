import KernelChoices
import Kernels
import Layouts
import Networks
import OneDNN
import ReferenceKernels
import Tensors
import TestSupport
import Testing

/// Maxima over images in blocks of channels, and their gradients, against the plain loops; by the instructions for which they are not left to
/// the library.
@Suite struct ChannelBlockedPoolingTests {
    private static let instructions = InstructionSet.available.filter { $0 != .avx512 }

    /// Windows that overlap and that do not, with padding, over channels that fill their last block and that do not; equals, so that the
    /// first of them has to win.
    @Test(arguments: 0..<16, instructions) func maximaAndTheirGradients(seed: Int, instructions: InstructionSet) throws {
        var random = RandomCases(seed: 950 + seed)
        let (window, extents) = try random.window(largest: 4, dilated: false)
        let rounded = seed % 2 == 0 ? window : try window.roundingUp(for: extents, operation: "test")
        let block = seed % 3 == 0 ? 16 : 8
        var x = Operand(random: Shape([random.integer(1...4), random.integer(1...20)] + extents))
        x.words = x.values.map { ($0 * 2).rounded().bitPattern }
        let operation = MaxPooling(window: rounded, keepsWinners: true)
        let shape = try operation.outputTypes(for: [x.type])[0].shape

        let forward = try KernelRun(
            operation, [blocked(x, block, instructions)], layouts: [layout(x.type.shape, block)], instructions: instructions)
        #expect(forward.choice.implementation == "loop:\(instructions), aBcd\(block)b")
        let reference = operation.reference(
            [ReferenceTensor(x.type.shape, x.values.map(Double.init))], step: ReferenceStep(seed: 0))
        #expect(try plain(forward.outputs[0], shape, block, instructions).map(Double.init) == reference[0].values)

        let dy = Operand(random: shape, stream: 1)
        var winners = Operand(shape, [Float](repeating: 0, count: shape.elementCount))
        winners.type = TensorType.examples(shape, .workspace)
        winners.words = forward.outputs[1].map(\.bitPattern)
        let network = probe(Shape(Array(x.type.shape.dimensions.dropFirst()))) { Applied(operation) }
        let graph = try TrainingGraph(of: try network.graph(batchSize: x.type.shape[0], purpose: .training)).graph
        let gradient = try #require(graph.nodes.lazy.compactMap { $0.operation as? MaxPoolingGradient }.first)
        let backward = try KernelRun(
            gradient, [blocked(dy, block, instructions), winners],
            layouts: [layout(shape, block), try #require(.named("aBcd\(block)b", shape.dimensions, type: .u8))],
            instructions: instructions)
        #expect(backward.choice.implementation == "loop:\(instructions), aBcd\(block)b")
        let expected = gradient.reference(
            [ReferenceTensor(shape, dy.values.map(Double.init)), reference[1]], step: ReferenceStep(seed: 0))[0].values
        let found = try plain(backward.outputs[0], x.type.shape, block, instructions)
        #expect(found.count == expected.count)
        for (found, expected) in zip(found, expected) { #expect(abs(Double(found) - expected) <= 1e-6 + 1e-5 * abs(expected)) }
    }

    /// Rows of pixels, for which the library has its plainest loops alone, come into blocks where they fill one.
    @Test(arguments: instructions) func rowsOfPixelsComeIntoBlocks(instructions: InstructionSet) throws {
        let window = try WindowGeometry(kernel: 3, padding: 1, operation: "test")
        for (operation, channels) in [
            (MaxPooling(window: window, keepsWinners: true) as any Networks.Operation, 32),
            (AveragePooling(window: window, countsPadding: true), 16),
        ] {
            let x = Operand(random: [2, channels, 6, 6])
            let run = try KernelRun(
                operation, [try blocked(x, 8, instructions)], layouts: [.plain(x.type.shape.dimensions)],
                instructions: instructions)
            #expect(run.choice.inputs[0].isInterchangeable(with: layout(x.type.shape, 8)))
        }
    }

    private func layout(_ shape: Shape, _ block: Int) -> Layout {
        guard let layout = Layout.named("aBcd\(block)b", shape.dimensions) else { preconditionFailure("no blocks of \(block)") }
        return layout
    }

    private func blocked(_ operand: Operand, _ block: Int, _ instructions: InstructionSet) throws -> Operand {
        let shape = operand.type.shape
        let run = try KernelRun(reordering: operand, from: .plain(shape.dimensions), to: layout(shape, block), instructions)
        var blocked = operand
        blocked.words = run.outputs[0].map(\.bitPattern)
        return blocked
    }

    private func plain(_ values: [Float], _ shape: Shape, _ block: Int, _ instructions: InstructionSet) throws -> [Float] {
        var operand = Operand([values.count], values)
        operand.type = TensorType.examples(shape)
        return try KernelRun(reordering: operand, from: layout(shape, block), to: .plain(shape.dimensions), instructions).outputs[
            0]
    }
}
