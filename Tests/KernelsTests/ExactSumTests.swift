import KernelChoices
import Layouts
import Networks
import OneDNN
import Tensors
import TestSupport
import Testing

/// Products of small integers, whose sums no order of addition rounds: every way to compute a convolution or a dense layer must give the
/// plain loop's very numbers, in bfloat16, too. What is left out, taken twice or taken from elsewhere is seen, however little it weighs.
@Suite struct ExactSumTests {
    struct Shapes: CustomStringConvertible, Sendable {
        var inputs: Int
        var outputs: Int
        var kernel: [Int]
        var stride = 1
        var paddingBegin = [0, 0]
        var paddingEnd = [0, 0]
        var dilation = 1
        var groups = 1
        var extents: [Int]
        var batch: Int
        var hasBias = true

        var description: String {
            "\(batch) × \(inputs) × \(extents), \(outputs) kernels of \(kernel) every \(stride), padding \(paddingBegin) and \(paddingEnd), "
                + "dilation \(dilation), \(groups) groups"
        }
    }

    /// For each way there is, shapes that fill its blocks and that do not: odd numbers of images and of blocks, rows cut into several
    /// parts, padding that differs before and behind, pieces of whole and of broken size; and the layers of the shipped networks, on
    /// smaller images.
    static let convolutions = [
        Shapes(inputs: 16, outputs: 16, kernel: [3, 3], paddingBegin: [1, 1], paddingEnd: [1, 1], extents: [9, 7], batch: 2),
        Shapes(inputs: 32, outputs: 48, kernel: [3, 3], extents: [11, 9], batch: 3, hasBias: false),
        Shapes(
            inputs: 32, outputs: 64, kernel: [5, 5], paddingBegin: [2, 2], paddingEnd: [0, 2], groups: 2, extents: [13, 11],
            batch: 4),
        Shapes(
            inputs: 32, outputs: 96, kernel: [3, 5], paddingBegin: [1, 1], paddingEnd: [0, 1], groups: 2, extents: [15, 13],
            batch: 1),
        Shapes(inputs: 16, outputs: 16, kernel: [1, 3], extents: [6, 61], batch: 5, hasBias: false),
        Shapes(inputs: 48, outputs: 16, kernel: [3, 3], paddingBegin: [0, 1], paddingEnd: [2, 1], extents: [8, 6], batch: 5),
        Shapes(
            inputs: 64, outputs: 32, kernel: [5, 5], paddingBegin: [4, 4], paddingEnd: [0, 4], groups: 2, extents: [19, 17],
            batch: 2),
        Shapes(
            inputs: 16, outputs: 16, kernel: [5, 5], paddingBegin: [2, 2], paddingEnd: [2, 2], extents: [40, 24], batch: 3),
        Shapes(inputs: 16, outputs: 32, kernel: [2, 2], paddingBegin: [1, 0], paddingEnd: [0, 1], extents: [5, 7], batch: 3),
        Shapes(inputs: 16, outputs: 48, kernel: [1, 1], extents: [4, 6], batch: 2),
        Shapes(inputs: 32, outputs: 96, kernel: [3, 3], paddingEnd: [1, 1], dilation: 2, extents: [7, 8], batch: 2),
        Shapes(inputs: 5, outputs: 7, kernel: [3, 3], paddingBegin: [1, 1], paddingEnd: [1, 1], extents: [9, 9], batch: 3),
        Shapes(inputs: 6, outputs: 16, kernel: [5, 5], extents: [14, 14], batch: 32),
        Shapes(
            inputs: 6, outputs: 9, kernel: [3, 2], stride: 2, paddingBegin: [1, 0], paddingEnd: [0, 1], groups: 3,
            extents: [9, 8], batch: 16, hasBias: false),
        Shapes(inputs: 3, outputs: 16, kernel: [11, 11], stride: 4, extents: [31, 27], batch: 1),
        Shapes(
            inputs: 3, outputs: 64, kernel: [11, 11], stride: 4, paddingBegin: [2, 2], paddingEnd: [2, 2], extents: [31, 35],
            batch: 11),
        Shapes(
            inputs: 3, outputs: 32, kernel: [7, 7], stride: 3, paddingBegin: [1, 1], paddingEnd: [1, 1], extents: [29, 30],
            batch: 9, hasBias: false),
        Shapes(
            inputs: 1, outputs: 16, kernel: [5, 5], stride: 2, paddingBegin: [2, 2], paddingEnd: [2, 2], extents: [22, 25],
            batch: 8),
        Shapes(
            inputs: 96, outputs: 128, kernel: [5, 5], paddingBegin: [2, 2], paddingEnd: [2, 2], groups: 2, extents: [7, 7],
            batch: 2),
        Shapes(inputs: 64, outputs: 96, kernel: [3, 3], paddingBegin: [1, 1], paddingEnd: [1, 1], extents: [6, 6], batch: 3),
    ]

    /// [N, C, K]
    static let denseLayers = [
        [1, 1, 1], [1, 17, 5], [3, 400, 120], [5, 84, 10], [2, 64, 128], [7, 130, 33], [16, 256, 96], [17, 48, 1000],
        [33, 1152, 64],
    ]

    /// In single precision, but for Winograd's convolution, whose transforms divide.
    @Test(arguments: convolutions) func convolutionsInSinglePrecision(shapes: Shapes) throws {
        try expectConvolutions(shapes, .f32)
    }

    @Test(.needsBFloat16, arguments: convolutions) func convolutionsInBFloat16(shapes: Shapes) throws {
        try expectConvolutions(shapes, .bf16)
    }

    @Test(arguments: denseLayers) func denseLayersInSinglePrecision(shape: [Int]) throws {
        try expectDenseLayer(shape, .f32)
    }

    @Test(.needsBFloat16, arguments: denseLayers) func denseLayersInBFloat16(shape: [Int]) throws {
        try expectDenseLayer(shape, .bf16)
    }

    /// That what is said to be held to equality is there: no processor with its instruction passes without the pairs' kernel.
    @Test(.needsBFloat16, .imagePairsExist) func everyWayInBFloat16IsAmongThem() throws {
        var taken: Set<KernelVariant> = []
        for shapes in Self.convolutions {
            for pass in try Self.passes(shapes).all {
                taken.formUnion(try VariantRun.variants(pass.operation, pass.operands, precision: .bf16, groups: shapes.groups))
            }
        }
        #expect(taken == [.standard, .winogradLoop, .spaceToDepth, .batchInnermost, .flipped, .flippedChannelsLast, .imagePairs])
    }

    private static func passes(_ shapes: Shapes) throws -> Passes {
        let window = try WindowGeometry(
            kernel: shapes.kernel, stride: [shapes.stride, shapes.stride], paddingBegin: shapes.paddingBegin,
            paddingEnd: shapes.paddingEnd, dilation: [shapes.dilation, shapes.dilation], operation: "test")
        return try Passes(
            Convolution(window: window, groups: shapes.groups), x: Shape([shapes.batch, shapes.inputs] + shapes.extents),
            parameters: [Shape([shapes.outputs, shapes.inputs / shapes.groups] + shapes.kernel)]
                + (shapes.hasBias ? [[shapes.outputs]] : []),
            values: integers)
    }

    private func expectConvolutions(_ shapes: Shapes, _ precision: Precision) throws {
        let passes = try Self.passes(shapes)
        for pass in passes.all {
            let variants = try VariantRun.variants(pass.operation, pass.operands, precision: precision, groups: shapes.groups)
            let expected = try pass.reference()
            for variant in variants where !usesWinograd(variant, precision) {
                try expect(pass, variant, precision, expected, groups: shapes.groups)
                if pass.operation is Convolution {
                    try expect(pass, variant, precision, expected, activation: .relu, groups: shapes.groups)
                }
            }
        }
    }

    private func usesWinograd(_ variant: KernelVariant, _ precision: Precision) -> Bool {
        variant == .winograd || variant == .winogradLoop || variant == .spaceToDepth && precision == .f32
    }

    private func expectDenseLayer(_ shape: [Int], _ precision: Precision) throws {
        let passes = try Passes(
            InnerProduct(), x: [shape[0], shape[1]], parameters: [[shape[2], shape[1]], [shape[2]]], values: Self.integers)
        for pass in passes.all {
            let expected = try pass.reference()
            for variant in try VariantRun.variants(pass.operation, pass.operands, precision: precision) {
                try expect(pass, variant, precision, expected)
            }
            if pass.operation is InnerProduct { try expect(pass, .standard, precision, expected, activation: .relu) }
        }
    }

    private func expect(
        _ pass: Passes.Pass, _ variant: KernelVariant, _ precision: Precision, _ expected: [[Double]],
        activation: FusedActivation? = nil, groups: Int = 1
    ) throws {
        let isLoop = variant == .batchInnermost || variant == .spaceToDepth
        for instructions in isLoop ? InstructionSet.available : [.best] {
            let run = try VariantRun(
                pass.operation, pass.operands, variant: variant, precision: precision, instructions: instructions,
                activation: activation, groups: groups)
            for (index, expected) in expected.enumerated() {
                let applied = activation == nil ? expected : expected.map { max($0, 0) }
                let rounded = applied.map { run.formats[index] == .bf16 ? Float($0).roundedToBFloat16 : Float($0) }
                let wrong = zip(run.outputs[index], rounded).enumerated().first { $1.0 != $1.1 }
                #expect(
                    wrong == nil && run.outputs[index].count == rounded.count,
                    """
                    \(pass.operation.name) by \(variant) (\(run.implementation)), output \(index): element \(wrong?.offset ?? -1) is \
                    \(wrong?.element.0 ?? 0), not \(wrong?.element.1 ?? 0)
                    """)
            }
        }
    }

    /// From −2 to 2: sums of thousands of products of them are far below 2²⁴, where single precision ends to count.
    private static func integers(_ shape: Shape, number: UInt32) -> Operand {
        let random = RandomSource(seed: 29, purpose: .synthesis, stream: number)
        return Operand(shape, (0..<shape.elementCount).map { Float(random.integer(index: $0, below: 5) - 2) })
    }
}

extension Float {
    /// To nearest, ties to even.
    var roundedToBFloat16: Float { Float(bitPattern: (bitPattern + 0x7FFF + (bitPattern >> 16 & 1)) & 0xFFFF_0000) }
}
