import KernelChoices
import Kernels
import Layouts
import Networks
import OneDNN
import ReferenceKernels
import Tensors
import TestSupport
import Testing

/// The loops of batch normalisation against the sums in double precision, with every set of instructions that is here.
@Suite struct NormalizationKernelTests {
    /// Extents that fill vectors and blocks, and that do not.
    static let shapes: [Shape] = [
        [2, 1, 1, 1], [3, 3, 1, 1], [2, 16, 3, 3], [1, 17, 5, 4], [3, 33, 1, 2], [2, 24, 7, 7], [5, 8], [40, 19], [2, 3, 4],
        [1, 5, 4, 4, 3],
    ]
    private static let batchSize = 7

    private func layouts(_ dims: [Int]) -> [Layout] {
        let blocked = dims.count == 4 ? ["aBcd8b", "aBcd16b"].compactMap { Layout.named($0, dims) } : []
        return [.plain(dims), .channelsLast(dims)] + blocked
    }

    private func reference(_ operand: Operand) -> ReferenceTensor {
        ReferenceTensor(operand.type.shape, operand.values.map(Double.init))
    }

    /// Runs an operation whose tensors of `shape` lie in `layout`; gives all outputs row-major.
    private func run(
        _ bench: KernelBench, _ operation: any Networks.Operation, _ operands: [Operand], _ shape: Shape, _ layout: Layout,
        _ instructions: InstructionSet, inPlace: Bool = false
    ) throws -> [[Float]] {
        func isLarge(_ type: TensorType) -> Bool { type.shape == shape }
        let inputs = try operands.map { operand in
            var operand = operand
            if isLarge(operand.type) { operand.words = try bench.tensor(operand.values, layout).rawFloats.map(\.bitPattern) }
            return operand
        }
        let offered = operands.map { isLarge($0.type) ? layout : .plain($0.type.shape.dimensions) }
        let run = try KernelRun(operation, inputs, layouts: offered, inPlace: inPlace, instructions: instructions)
        let types = try operation.outputTypes(for: operands.map(\.type))
        return try zip(run.outputs, types).map { words, type in
            guard isLarge(type) else { return words }
            let result = TensorMemory(layout)
            result.fill(words)
            if layout.isPadded {
                let padding = words.indices.filter { layout.index(ofElement: $0) == nil }
                #expect(!padding.isEmpty && padding.allSatisfy { words[$0] == 0 }, "padding is written to in \(layout)")
            }
            return try bench.values(result)
        }
    }

    private struct Tensors {
        let x, dy, shortcut, scale, shift: Operand

        init(_ shape: Shape, mean: Float = 0.5) {
            let channels: Shape = [shape[1]]
            var x = Operand(random: shape)
            x.words = x.values.map { (2 * $0 + mean).bitPattern }
            self.x = x
            dy = Operand(random: shape, stream: 1)
            shortcut = Operand(random: shape, stream: 2)
            scale = Operand(random: channels, stream: 3)
            shift = Operand(random: channels, stream: 4)
        }
    }

    @Test(arguments: shapes, normalizationTails)
    func batchStatistics(shape: Shape, tail: NormalizationTail) throws {
        let bench = try KernelBench()
        let tensors = Tensors(shape)
        let forward = BatchNormalization(batchSize: Self.batchSize, epsilon: 0.01, tail: tail)
        let operands = [tensors.x, tensors.scale, tensors.shift] + (tail.addsShortcut ? [tensors.shortcut] : [])
        let expected = forward.reference(operands.map(reference), step: ReferenceStep(seed: 0))
        let (mean, variance) = (expected[1].rounded, expected[2].rounded)
        let given =
            [
                tensors.dy, tensors.x, tensors.scale, Operand(mean.shape, mean.values), Operand(mean.shape, variance.values),
            ] + (tail.rectifies ? [Operand(shape, expected[0].rounded.values)] : [])
        let gradient = BatchNormalizationGradient(of: forward)
        let gradients = gradient.reference(given.map(reference), step: ReferenceStep(seed: 0))
        for layout in layouts(shape.dimensions) {
            for instructions in InstructionSet.available {
                let inPlace = instructions == .best
                let outputs = try run(bench, forward, operands, shape, layout, instructions, inPlace: inPlace)
                for (found, wanted) in zip(outputs, expected) { expectClose(found, wanted.values, absolute: 1e-5) }
                let found = try run(bench, gradient, given, shape, layout, instructions, inPlace: inPlace)
                // Sums over up to a hundred values of a few units, each rounded once, divided by a deviation that may be a tenth.
                for (found, wanted) in zip(found, gradients) { expectClose(found, wanted.values, absolute: 1e-4, relative: 1e-5) }
            }
        }
    }

    @Test(arguments: shapes, normalizationTails)
    func givenStatistics(shape: Shape, tail: NormalizationTail) throws {
        let bench = try KernelBench()
        let tensors = Tensors(shape)
        var variance = Operand(random: [shape[1]], stream: 5)
        variance.words = variance.values.map { (0.2 + $0 * $0).bitPattern }
        let mean = Operand(random: [shape[1]], stream: 6)
        let forward = Normalization(epsilon: 0.01, tail: tail)
        let operands =
            [tensors.x, tensors.scale, tensors.shift, mean, variance] + (tail.addsShortcut ? [tensors.shortcut] : [])
        let expected = forward.reference(operands.map(reference), step: ReferenceStep(seed: 0))
        let given =
            [tensors.dy, tensors.x, tensors.scale, mean, variance]
            + (tail.rectifies ? [Operand(shape, expected[0].rounded.values)] : [])
        let gradient = NormalizationGradient(of: forward)
        let gradients = gradient.reference(given.map(reference), step: ReferenceStep(seed: 0))
        for layout in layouts(shape.dimensions) {
            for instructions in InstructionSet.available {
                let outputs = try run(bench, forward, operands, shape, layout, instructions, inPlace: true)
                expectClose(outputs[0], expected[0].values, absolute: 1e-5, relative: 1e-5)
                let found = try run(bench, gradient, given, shape, layout, instructions, inPlace: true)
                for (found, wanted) in zip(found, gradients) { expectClose(found, wanted.values, absolute: 1e-4, relative: 1e-5) }
            }
        }
    }

    /// What a micro-batch contributes to statistics of a larger batch, and the normalisation and gradient by these.
    @Test(arguments: shapes, normalizationTails)
    func synchronisedStatistics(shape: Shape, tail: NormalizationTail) throws {
        let bench = try KernelBench()
        let tensors = Tensors(shape)
        let values = shape.elementCount / shape[1] / shape[0] * Self.batchSize
        let moments = BatchMoments(batchSize: Self.batchSize)
        let own = moments.reference([reference(tensors.x)], step: ReferenceStep(seed: 0)).map(\.rounded)
        let channels: Shape = [shape[1]]
        let mean = Operand(random: channels, stream: 6)
        let squares = BatchVariance(valuesPerChannel: values)
        let parts = [Operand(channels, own[0].values), Operand(channels, own[1].values), Operand([1], own[2].values), mean]
        let total = squares.reference(parts.map(reference), step: ReferenceStep(seed: 0))[0].rounded
        let variance = Operand(channels, total.values.map { $0 + 0.1 })
        let forward = Normalization(epsilon: 0.01, tail: tail, valuesPerChannel: values)
        let operands =
            [tensors.x, tensors.scale, tensors.shift, mean, variance] + (tail.addsShortcut ? [tensors.shortcut] : [])
        let y = forward.reference(operands.map(reference), step: ReferenceStep(seed: 0))[0]
        let behind = tail.rectifies ? [Operand(shape, y.rounded.values)] : []
        let sums = NormalizationGradientSums(of: forward)
        let gradient = SynchronizedNormalizationGradient(of: forward)
        let cases: [(any Networks.Operation, [Operand])] = [
            (moments, [tensors.x]), (forward, operands), (sums, [tensors.dy, tensors.x, mean, variance] + behind),
            (
                gradient,
                [tensors.dy, tensors.x, tensors.scale, mean, variance]
                    + [7, 8].map { Operand(random: channels, stream: $0) } + behind
            ),
        ]
        for layout in layouts(shape.dimensions) {
            for instructions in InstructionSet.available {
                let found = try run(bench, squares, parts, shape, layout, instructions)[0]
                expectClose(found, total.values.map(Double.init), absolute: 1e-6, relative: 1e-6)
                for (operation, operands) in cases {
                    let wanted = try #require(operation as? any ReferenceComputable)
                        .reference(operands.map(reference), step: ReferenceStep(seed: 0))
                    let found = try run(
                        bench, operation, operands, shape, layout, instructions, inPlace: instructions == .best)
                    for (found, wanted) in zip(found, wanted) {
                        expectClose(found, wanted.values, absolute: 1e-4, relative: 1e-5)
                    }
                }
            }
        }
    }

    /// Squares of the values alone would lose all of the variance: 10⁴ squared has no digit left for 4.
    @Test(arguments: InstructionSet.available) func aMeanFarFromZeroLeavesTheVariance(instructions: InstructionSet) throws {
        let shape: Shape = [4, 17, 9, 9]
        let bench = try KernelBench()
        let tensors = Tensors(shape, mean: 1e4)
        let forward = BatchNormalization(batchSize: 4, epsilon: 1e-5)
        let operands = [tensors.x, tensors.scale, tensors.shift]
        let expected = forward.reference(operands.map(reference), step: ReferenceStep(seed: 0))
        for layout in layouts(shape.dimensions) {
            let found = try run(bench, forward, operands, shape, layout, instructions)
            expectClose(found[2], expected[2].values, absolute: 0, relative: 1e-6)
            // The mean is rounded to single precision, by 2⁻²⁴ · 10⁴ at most.
            expectClose(found[0], expected[0].values, absolute: 2e-3)
        }
    }

    /// What is not a number comes out as such, and is nowhere cut off to zero.
    @Test(arguments: InstructionSet.available) func whatIsNotANumberStays(instructions: InstructionSet) throws {
        let bench = try KernelBench()
        let shape: Shape = [2, 5, 3, 3]
        var tensors = [Tensors(shape).x, Tensors(shape).scale, Tensors(shape).shift]
        tensors[0].words[9] = Float.nan.bitPattern
        let forward = BatchNormalization(batchSize: 2, tail: NormalizationTail(rectifies: true))
        let found = try run(bench, forward, tensors, shape, .plain(shape.dimensions), instructions)
        #expect((0..<90).allSatisfy { found[0][$0].isNaN == ($0 / 9 % 5 == 1) })
    }

    @Test func oneValueHasNoVariance() throws {
        let shape: Shape = [1, 3, 1, 1]
        let operation = BatchNormalization(batchSize: 8)
        let types = [TensorType.examples(shape), .channels(3), .channels(3)]
        let request = KernelRequest(
            engine: try Engine(), inputs: types.map { .init(type: $0, layout: .plain($0.shape.dimensions)) }, outputs: [])
        let error = try #require(throws: NetworkError.self) { try operation.kernel(for: request) }
        #expect("\(error)".contains("take fewer micro-batches"))
        #expect(throws: NetworkError.self) { try operation.outputTypes(for: types) }
    }
}
