import CKernels
import KernelChoices
import Layouts
import Networks
import OneDNN
import ReferenceKernels
import Tensors
import TestSupport
import Testing

/// The loops of response normalisation against the sums in double precision, with every set of instructions that is here.
@Suite struct ResponseNormalizationKernelTests {
    @Test(arguments: 0..<60, InstructionSet.available) func randomShapes(seed: Int, instructions: InstructionSet) throws {
        try check(RandomResponse(seed: seed, instructions: instructions))
    }

    /// Maps of many tiles, the last one cut short.
    @Test(arguments: [(96, 15, 16), (20, 21, 1), (40, 13, 8), (24, 30, 24)])
    func manyTiles(channels: Int64, side: Int64, block: Int64) throws {
        let response = ckernels_response(
            images: 2, channels: channels, pixels: side * side, block: block, size: 5, alpha: 0.4, beta: 0.75, k: 2,
            is_bf16: 0, lines_in_blocks: 1536, lines_in_rows: 8192)
        try check(RandomResponse(response: response, instructions: .best, stream: 1))
    }

    /// α far above the published one, so that the sum has a say; then s is between 1 and 40, and each of a few roundings
    /// is by 2⁻²⁴ of values up to 3. bfloat16 rounds once more, by 2⁻⁸ of the result.
    private func check(_ random: RandomResponse) throws {
        let response = random.response
        let (x, dy) = (random.values(0), random.values(1))
        let operation = ResponseNormalization(
            size: Int(response.size), alpha: response.alpha, beta: response.beta, k: response.k, groups: 1)
        let shape = Shape([Int(response.images), Int(response.channels), Int(response.pixels), 1])
        func reference(_ values: [Float]) -> ReferenceTensor { ReferenceTensor(shape, values.map(Double.init)) }
        let gradient = ResponseNormalizationGradient(forward: operation)
        let y = operation.reference([reference(x)], step: ReferenceStep(seed: 0))[0].values
        let dx = gradient.reference([reference(dy), reference(x)], step: ReferenceStep(seed: 0))[0].values
        let relative = response.is_bf16 != 0 ? 0x1p-8 + 1e-6 : 1e-6

        let (source, gradients) = (random.tensor(x), random.tensor(dy))
        func expect(_ result: ResponseTensor, _ expected: [Double], _ pass: String) {
            expectClose(result.elements, expected, absolute: 2e-6, relative: relative)
            #expect(result.isCleanAround, "\(pass) wrote to padding or beyond its memory: \(response)")
        }
        for result in [random.tensor(nil), random.tensor(x)] {
            random.forward(result.isGiven ? result : source, result)
            expect(result, y, "forward")
        }
        for (overDy, overX) in [(false, false), (true, false), (false, true)] {
            let result = random.tensor(overDy ? dy : overX ? x : nil)
            random.backward(overDy ? result : gradients, overX ? result : source, result)
            expect(result, dx, "backward")
        }
        #expect(source.elements == x && gradients.elements == dy, "an input was written to: \(response)")
    }

    /// Whatever layout is offered, with groups that fill its blocks and groups that do not, the answer is the same.
    @Test(arguments: [(1, 1), (1, 7), (2, 16), (2, 24), (3, 8), (2, 5), (1, 40)])
    func everyLayout(groups: Int, channels: Int) throws {
        let dims = [2, groups * channels, 3, 5]
        let operation = ResponseNormalization(size: 5, alpha: 0.4, beta: 0.75, k: 2, groups: groups)
        let (x, dy) = (Operand(random: Shape(dims), stream: 0), Operand(random: Shape(dims), stream: 1))
        func reference(_ operand: Operand) -> ReferenceTensor { ReferenceTensor(x.type.shape, operand.values.map(Double.init)) }
        let gradient = ResponseNormalizationGradient(forward: operation)
        let expected = operation.reference([reference(x)], step: ReferenceStep(seed: 0))[0].values
        let expectedGradient = gradient.reference([reference(dy), reference(x)], step: ReferenceStep(seed: 0))[0].values
        for offered in [Layout.plain(dims), .channelsLast(dims), Layout.named("aBcd8b", dims), Layout.named("aBcd16b", dims)] {
            let offered = try #require(offered)
            let isKept = offered.innerBlocks.allSatisfy { groups == 1 || channels % $0.size == 0 }
            let layout = isKept ? offered : .plain(dims)
            func run(_ operation: any Networks.Operation, _ operands: [Operand], inPlace: Bool) throws -> [Float] {
                let bench = try KernelBench()
                let inputs = try operands.map { operand in
                    var operand = operand
                    operand.words = try bench.tensor(operand.values, layout).rawFloats.map(\.bitPattern)
                    return operand
                }
                let run = try KernelRun(operation, inputs, layouts: operands.map { _ in offered }, inPlace: inPlace)
                #expect(run.choice.inputs.allSatisfy { $0 == layout } && run.choice.outputs == [layout])
                let result = TensorMemory(layout)
                result.fill(run.outputs[0])
                return try bench.values(result)
            }
            for inPlace in [false, true] {
                try expectClose(run(operation, [x], inPlace: inPlace), expected)
                try expectClose(run(gradient, [dy, x], inPlace: inPlace), expectedGradient)
            }
        }
    }
}

/// A normalisation of random shape, with the numbers that go through it.
private struct RandomResponse {
    let response: ckernels_response
    private let instructions: InstructionSet
    private let source: RandomSource

    init(response: ckernels_response, instructions: InstructionSet, stream: UInt32) {
        self.response = response
        self.instructions = instructions
        source = RandomSource(seed: 5, purpose: .synthesis, stream: stream)
    }

    init(seed: Int, instructions: InstructionSet) {
        var random = RandomCases(seed: 900 + seed)
        let channels = random.channels()
        // Rows, blocks, channels innermost.
        let block = random.element(of: [1, 4, 8, 16, channels])
        self.init(
            response: ckernels_response(
                images: Int64(random.integer(1...3)), channels: Int64(channels), pixels: Int64(random.integer(1...40)),
                block: Int64(block), size: Int64(random.element(of: [1, 3, 5, 5, 7, 19, 35])), alpha: 0.4,
                beta: random.element(of: [0.75, 0.75, 0.5, 1, 0.6]), k: random.element(of: [1, 2]),
                is_bf16: Int32(random.integer(0...1)), lines_in_blocks: random.element(of: [1, 1536, 1 << 40]),
                lines_in_rows: random.element(of: [1, 700, 8192])), instructions: instructions, stream: UInt32(seed))
    }

    /// In [−3, 3], exact in bfloat16, in the order of [images, channels, pixels].
    func values(_ which: Int) -> [Float] {
        (0..<Int(response.images * response.channels * response.pixels)).map {
            Float(source.integer(index: 2 * $0 + which, below: 193) - 96) / 32
        }
    }

    func tensor(_ values: [Float]?) -> ResponseTensor { ResponseTensor(values, for: response) }

    func forward(_ x: ResponseTensor, _ y: ResponseTensor) {
        withUnsafePointer(to: response) { response in
            withScratchpad(ckernels_response_forward_scratchpad(instructions.rawValue, response)) {
                ckernels_response_forward(instructions.rawValue, response, x.address, y.address, $0)
            }
        }
    }

    func backward(_ dy: ResponseTensor, _ x: ResponseTensor, _ dx: ResponseTensor) {
        withUnsafePointer(to: response) { response in
            withScratchpad(ckernels_response_backward_scratchpad(instructions.rawValue, response)) {
                ckernels_response_backward(instructions.rawValue, response, dy.address, x.address, dx.address, $0)
            }
        }
    }

    private func withScratchpad(_ byteCount: Int, _ body: (UnsafeMutableRawPointer) -> Void) {
        let guarded = byteCount + 64
        withUnsafeTemporaryAllocation(byteCount: guarded, alignment: 64) { scratchpad in
            scratchpad.initializeMemory(as: UInt8.self, repeating: 0xFF)
            body(scratchpad.baseAddress!)
            #expect(scratchpad.suffix(64).allSatisfy { $0 == 0xFF }, "wrote beyond the scratchpad")
        }
    }
}

/// A tensor as it lies in memory: between guards, padding at zero. Owns the memory, frees it.
private final class ResponseTensor {
    let address: UnsafeMutableRawPointer
    let isGiven: Bool
    private let start: UnsafeMutableRawPointer
    private let byteCount: Int
    private let isHalf: Bool
    /// The elements' places in memory, in the order of [images, channels, pixels].
    private let places: [Int]
    private static let guardWidth = 64
    private static let mark: UInt8 = 0xFF

    /// With no values, full of what is not a number.
    init(_ values: [Float]?, for response: ckernels_response) {
        let (block, pixels) = (Int(response.block), Int(response.pixels))
        let paddedChannels = (Int(response.channels) + block - 1) / block * block
        places = (0..<Int(response.images)).flatMap { image in
            (0..<Int(response.channels)).flatMap { channel in
                (0..<pixels).map { pixel in
                    (image * paddedChannels + channel / block * block) * pixels + pixel * block + channel % block
                }
            }
        }
        isHalf = response.is_bf16 != 0
        isGiven = values != nil
        byteCount = Int(response.images) * paddedChannels * pixels * (isHalf ? 2 : 4)
        start = .allocate(byteCount: byteCount + 2 * Self.guardWidth, alignment: 64)
        address = start + Self.guardWidth
        start.initializeMemory(as: UInt8.self, repeating: Self.mark, count: byteCount + 2 * Self.guardWidth)
        guard let values else { return }
        address.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
        for (place, value) in zip(places, values) {
            if isHalf {
                address.storeBytes(of: UInt16(value.bitPattern >> 16), toByteOffset: 2 * place, as: UInt16.self)
            } else {
                address.storeBytes(of: value, toByteOffset: 4 * place, as: Float.self)
            }
        }
    }

    deinit { start.deallocate() }

    private func number(_ place: Int) -> Float {
        guard isHalf else { return address.load(fromByteOffset: 4 * place, as: Float.self) }
        return Float(bitPattern: UInt32(address.load(fromByteOffset: 2 * place, as: UInt16.self)) << 16)
    }

    var elements: [Float] { places.map(number) }

    /// Zeros in the padding, and nothing written before and behind.
    var isCleanAround: Bool {
        let padding = Set(0..<byteCount / (isHalf ? 2 : 4)).subtracting(places)
        let bytes = UnsafeRawBufferPointer(start: start, count: byteCount + 2 * Self.guardWidth)
        return padding.allSatisfy { number($0) == 0 }
            && (bytes.prefix(Self.guardWidth) + bytes.suffix(Self.guardWidth)).allSatisfy { $0 == Self.mark }
    }
}
