import KernelChoices
import Kernels
import Layouts
import Networks
import OneDNN
import Tensors
import TestSupport
import Testing

/// Winograd's in-house loops against the plain sum in double precision, by all instructions that this processor has.
@Suite struct WinogradLoopTests {
    /// Kernels of 3×3 and 5×5; extents that tiles of their outputs divide and others, down to one pixel; any padding that leaves no tile without an input; channels of
    /// groups in whole and half pairs of vectors, and more inputs than are summed in registers at once.
    @Test(arguments: 0..<32, InstructionSet.available) func agreesWithThePlainSum(seed: Int, instructions: InstructionSet) throws
    {
        var random = RandomCases(seed: 900 + seed)
        let (groups, images) = (random.integer(1...2), random.integer(1...5))
        let inputs = 16 * (seed % 6 == 0 ? 17 : random.integer(1...3))
        let outputs = 16 * random.integer(1...3)
        let side = seed % 5 < 3 ? 3 : 5
        let before = (0..<2).map { _ in random.integer(0...side - 1) }
        let after = (0..<2).map { _ in random.integer(0...side - 1) }
        let extents = (0..<2).map { max(side - before[$0] - after[$0], 1) + random.integer(0...13) }
        let window = try WindowGeometry(
            kernel: [side, side], stride: [1, 1], paddingBegin: before, paddingEnd: after, dilation: [1, 1], operation: "test")
        let passes = try Passes(
            Convolution(window: window, groups: groups), x: Shape([images, groups * inputs] + extents),
            parameters: [[groups * outputs, inputs, side, side]] + (seed % 3 == 0 ? [] : [[groups * outputs]])
        ) { Operand(random: $0, stream: $1) }
        let activation = [nil, FusedActivation.relu, .tanh, .sigmoid][seed % 4]
        let pixels = passes.data.operands[0].type.shape.elementCount / (groups * outputs)
        for (pass, terms) in [
            (passes.forward, side * side * inputs), (passes.data, side * side * outputs), (passes.weights, pixels),
        ] {
            let applied = pass.operation is Convolution ? activation : nil
            let run = try VariantRun(
                pass.operation, pass.operands, variant: .winogradLoop, precision: .f32, instructions: instructions,
                activation: applied,
                groups: groups)
            #expect(run.implementation == "loop:\(instructions), Winograd")
            for (actual, expected) in zip(run.outputs, try pass.reference()) {
                let wrong = zip(actual, expected.map { applied.applied(to: $0) }).enumerated().first {
                    !(abs(Double($1.0) - $1.1) <= 4e-5 * Double(terms).squareRoot())
                }
                #expect(
                    wrong == nil && actual.count == expected.count,
                    "\(pass.operation.name) of \(pass.operands[0].type.shape): element \(wrong?.offset ?? -1) is \(wrong?.element.0 ?? 0)"
                )
            }
        }
    }

    /// Beyond the borders there may be anything: it is not read, and does not become a number by 0 · ∞.
    @Test(arguments: InstructionSet.available) func whatIsInfiniteStaysWhereItIs(instructions: InstructionSet) throws {
        let window = try WindowGeometry(kernel: 3, padding: 1, operation: "test")
        let passes = try Passes(Convolution(window: window), x: [2, 16, 4, 4], parameters: [[16, 16, 3, 3]]) {
            Operand(random: $0, stream: $1)
        }
        var operands = passes.forward.operands
        operands[0].words[0] = Float.infinity.bitPattern
        let y = try VariantRun(
            Convolution(window: window), operands, variant: .winogradLoop, precision: .f32, instructions: instructions
        ).outputs[0]
        // One tile of every channel of the first image has met it.
        #expect(y[..<256].allSatisfy { !$0.isFinite } && y[256...].allSatisfy(\.isFinite))
    }

    @Test func onlyWhatItIsMadeForIsPossible() throws {
        let engine = try Engine()
        func isOffered(
            _ inputs: Int, _ outputs: Int, kernel: Int = 3, stride: Int = 1, padding: Int = 1, dilation: Int = 1, groups: Int = 1
        ) throws -> Bool {
            let window = try WindowGeometry(
                kernel: [kernel, kernel], stride: [stride, stride], paddingBegin: [padding, padding],
                paddingEnd: [padding, padding],
                dilation: [dilation, dilation], operation: "test")
            let operation = Convolution(window: window, groups: groups)
            let types = [Shape([2, inputs, 12, 12]), [outputs, inputs / groups, kernel, kernel]].map { TensorType.examples($0) }
            let request = KernelRequest(
                engine: engine, inputs: types.map { .init(type: $0, layout: .any($0.shape.dimensions)) },
                outputs: try operation.outputTypes(for: types).map { .init(type: $0) })
            return operation.variants(for: request).contains(.winogradLoop)
        }
        #expect(
            try isOffered(16, 32) && isOffered(32, 32, groups: 2) && isOffered(16, 16, padding: 0)
                && isOffered(16, 16, padding: 2))
        #expect(try !isOffered(3, 16) && !isOffered(16, 24) && !isOffered(16, 32, groups: 2))
        #expect(
            try isOffered(16, 16, kernel: 5, padding: 4) && !isOffered(16, 16, kernel: 1, padding: 0)
                && !isOffered(16, 16, stride: 2) && !isOffered(16, 16, dilation: 2))
    }
}
