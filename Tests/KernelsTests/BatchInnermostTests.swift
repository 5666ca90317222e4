import Foundation
import KernelChoices
import Kernels
import Layouts
import Networks
import OneDNN
import ReferenceKernels
import Tensors
import TestSupport
import Testing

/// The loops over batch-innermost tensors against the plain loops in double precision, by all instructions that
/// this processor has.
@Suite struct BatchInnermostTests {
    @Test(arguments: 0..<30, InstructionSet.available) func convolution(seed: Int, instructions: InstructionSet) throws {
        var random = RandomCases(seed: 600 + seed)
        let (window, extents) = try random.window(largest: seed % 5 == 0 ? 6 : 4, dilated: true)
        let (groups, images) = (random.integer(1...3), 16 * random.integer(1...6))
        let (inputs, outputs) = (random.element(of: [1, 2, 3, 6]), random.element(of: [1, 2, 5, 6, 7, 16, 17]))
        let x = Operand(random: Shape([images, groups * inputs] + extents))
        let weight = Operand(random: Shape([groups * outputs, inputs] + window.kernel), stream: 1)
        let bias = Operand(random: [groups * outputs], stream: 2)
        let hasBias = seed % 3 != 0
        let operands = [x, weight] + (hasBias ? [bias] : [])
        let forward = Convolution(window: window, groups: groups)
        let activation = [nil, FusedActivation.relu, .tanh, .sigmoid][seed % 4]
        let y = try computed(forward, operands, instructions, activation)[0]
        expectClose(y, try reference(forward, operands)[0].map { activation.applied(to: $0) })

        let dy = Operand(random: try forward.outputTypes(for: operands.map(\.type))[0].shape, stream: 3)
        let graph = try gradients(forward, of: operands.map(\.type))
        for (gradient, operands) in [(graph.data, [dy, weight]), (graph.weights, [x, dy])] {
            for (actual, expected) in zip(
                try computed(gradient, operands, instructions), try reference(gradient, operands))
            {
                // Single precision rounds sums of some thousand terms.
                expectClose(actual, expected, absolute: 3e-7 * Double(dy.values.count).squareRoot() * 10, relative: 1e-5)
            }
        }
    }

    @Test(arguments: 0..<20, InstructionSet.available) func pooling(seed: Int, instructions: InstructionSet) throws {
        var random = RandomCases(seed: 700 + seed)
        let (window, extents) = try random.window(largest: 4, dilated: false)
        let rounded = seed % 2 == 0 ? window : try window.roundingUp(for: extents, operation: "test")
        var x = Operand(random: Shape([16 * random.integer(1...3), random.integer(1...5)] + extents))
        // Equals, so that the first of them has to win.
        x.words = x.values.map { ($0 * 2).rounded().bitPattern }
        for operation in [
            AveragePooling(window: rounded, countsPadding: seed % 4 < 2), MaxPooling(window: rounded, keepsWinners: false),
        ] as [any Networks.Operation] {
            expectClose(try computed(operation, [x], instructions)[0], try reference(operation, [x])[0])
        }
        let largest = MaxPooling(window: rounded, keepsWinners: true)
        let y = try computed(largest, [x], instructions)
        #expect(y[0].map(Double.init) == (try reference(largest, [x])[0]))
        let winners = try reference(largest, [x])[1]
        #expect(y[1].map(Double.init) == winners)

        let shape = try largest.outputTypes(for: [x.type])[0].shape
        let dy = Operand(random: shape, stream: 1)
        let mean = AveragePooling(window: rounded, countsPadding: seed % 4 < 2)
        let meanGradient = try #require(try gradient(mean, of: x.type))
        expectClose(try computed(meanGradient, [dy], instructions)[0], try reference(meanGradient, [dy])[0])
        let gradient = try #require(try gradient(largest, of: x.type))
        let expected = try #require(gradient as? any ReferenceComputable).reference(
            [ReferenceTensor(shape, dy.values.map(Double.init)), ReferenceTensor(shape, winners)],
            step: ReferenceStep(seed: 0))[0].values
        expectClose(try computed(gradient, [dy, Operand(winners: shape, winners)], instructions)[0], expected)
    }

    /// The bound that is stated beside the function, over all magnitudes; through a convolution that does nothing else.
    @Test(arguments: InstructionSet.available) func tanhIsWithinAFewUnitsInTheLastPlace(instructions: InstructionSet) throws {
        let magnitudes: [Float] = (0..<8192).map { Float(exp(Double($0) / 8192 * 16 - 13)) } + [0, 9.02, 20, .infinity]
        let values = magnitudes + magnitudes.map { -$0 } + [.nan] + [Float](repeating: 0, count: 7)
        let x = Operand([16, 1, 1, values.count / 16], values)
        let window = try WindowGeometry(kernel: 1, operation: "test")
        let y = try computed(Convolution(window: window), [x, Operand([1, 1, 1, 1], [1])], instructions, .tanh)[0]
        for (x, y) in zip(values, y) where !x.isNaN {
            let exact = tanh(Double(x))
            #expect(abs(Double(y) - exact) <= 6.5 * Double(Float(abs(exact)).ulp), "tanh(\(x)) is \(y)")
            #expect(abs(y) <= 1)
        }
        #expect(y[2 * magnitudes.count].isNaN)
        #expect(y[..<magnitudes.count].map { -$0 } == Array(y[magnitudes.count..<2 * magnitudes.count]))
    }

    @Test(
        arguments: [Shape([16, 3, 5, 7]), [64, 1, 28, 28], [17, 33, 1, 1], [3, 2], [1, 5, 2, 2]], InstructionSet.available)
    func reordersMoveEveryElement(shape: Shape, instructions: InstructionSet) throws {
        let x = Operand(random: shape)
        let (plain, innermost) = (Layout.plain(shape.dimensions), Layout.batchInnermost(shape.dimensions))
        let turned = x.batchInnermost
        #expect(try KernelRun(reordering: x, from: plain, to: innermost, instructions).outputs[0] == turned.values)
        #expect(try KernelRun(reordering: turned, from: innermost, to: plain, instructions).outputs[0] == x.values)
    }

    @Test func theImagesOfAnotherNumberAndManyChannelsAreLeftToTheLibrary() throws {
        let engine = try Engine()
        func variants(_ images: Int, _ channels: Int) throws -> [KernelVariant] {
            let shapes: [Shape] = [[images, 3, 8, 8], [channels, 3, 5, 5], [images, channels, 4, 4]]
            let inputs = shapes[..<2].map { KernelRequest.Input(type: TensorType.examples($0), layout: .plain($0.dimensions)) }
            return Convolution(window: try WindowGeometry(kernel: 5, operation: "test")).variants(
                for: KernelRequest(engine: engine, inputs: inputs, outputs: [.init(type: TensorType.examples(shapes[2]))]))
        }
        #expect(try variants(32, 6) == [.standard, .batchInnermost])
        #expect(try variants(31, 6) == [.standard])
        #expect(try variants(32, 65) == [.standard])
    }

    // MARK: Both ways to compute

    /// Row-major results of the kernel, whose memory is batch-innermost.
    private func computed(
        _ operation: any Networks.Operation, _ operands: [Operand], _ instructions: InstructionSet,
        _ activation: FusedActivation? = nil
    ) throws -> [[Float]] {
        // Of those with four axes only a convolution's weights lie otherwise.
        let readsWeights = operation is Convolution || operation is ConvolutionDataGradient
        var (laid, layouts) = ([Operand](), [Layout]())
        for (index, operand) in operands.enumerated() {
            let dims = operand.type.shape.dimensions
            let isImages = dims.count == 4 && !(readsWeights && index == 1)
            laid.append(isImages ? operand.batchInnermost : operand)
            layouts.append(
                isImages ? .batchInnermost(dims, type: operand.type.element == .workspace ? .u8 : .f32) : .plain(dims))
        }
        let run = try KernelRun(operation, laid, layouts: layouts, activation: activation, instructions: instructions) {
            $0.variant = .batchInnermost
        }
        #expect(run.choice.implementation == "loop:\(instructions), batch-innermost")
        return zip(run.outputs, run.choice.outputs).map { words, layout in
            guard layout.dims.count == 4, layout.isBatchInnermost, !layout.isPlain || layout.type == .u8 else { return words }
            let images = layout.dims[0]
            let elements = layout.dims.reduce(1, *)
            let values =
                layout.type == .u8
                ? words.withUnsafeBytes { bytes in (0..<elements).map { Float(bytes[$0]) } } : words
            return (0..<elements).map { values[$0 % (elements / images) * images + $0 / (elements / images)] }
        }
    }

    private func reference(_ operation: any Networks.Operation, _ operands: [Operand]) throws -> [[Double]] {
        try #require(operation as? any ReferenceComputable).reference(
            operands.map { ReferenceTensor($0.type.shape, $0.values.map(Double.init)) }, step: ReferenceStep(seed: 0)
        ).map(\.values)
    }

    /// The gradients as a network asks for them.
    private func gradients(
        _ convolution: Convolution, of types: [TensorType]
    ) throws -> (data: any Networks.Operation, weights: any Networks.Operation) {
        let layer = Applied(convolution, parameters: types.dropFirst().map(\.shape))
        let operations = try trainingOperations(layer, types[0])
        return (
            try #require(operations.first { $0 is ConvolutionDataGradient }),
            try #require(operations.first { $0 is ConvolutionWeightGradient })
        )
    }

    private func gradient(_ pooling: any Networks.Operation, of type: TensorType) throws -> (any Networks.Operation)? {
        try trainingOperations(Applied(pooling), type).first { $0 is AveragePoolingGradient || $0 is MaxPoolingGradient }
    }

    private func trainingOperations(_ layer: any Layer, _ x: TensorType) throws -> [any Networks.Operation] {
        let network = probe(Shape(Array(x.shape.dimensions.dropFirst()))) { layer }
        let graph = try network.graph(batchSize: x.shape[0], purpose: .training)
        return try TrainingGraph(of: graph).graph.nodes.map(\.operation)
    }
}

extension FusedActivation? {
    func applied(to x: Double) -> Double {
        switch self {
        case nil: x
        case .relu: max(x, 0)
        case .tanh: tanh(x)
        case .sigmoid: 1 / (1 + exp(-x))
        }
    }
}

extension Operand {
    /// Places in windows, a byte each, as a kernel keeps them.
    fileprivate init(winners shape: Shape, _ places: [Double]) {
        self.init(shape, places.map { Float($0) })
        type = TensorType.examples(shape, .workspace)
    }

    /// The same elements batch-innermost.
    fileprivate var batchInnermost: Operand {
        let images = type.shape[0]
        let rest = words.count / images
        var operand = self
        let turned = words.indices.map { words[$0 % images * rest + $0 / images] }
        if type.element == .workspace {
            let bytes = turned.map { UInt8(Float(bitPattern: $0)) }
            operand.words = stride(from: 0, to: bytes.count, by: 4).map { start in
                bytes[start..<start + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
            }
        } else {
            operand.words = turned
        }
        return operand
    }
}
