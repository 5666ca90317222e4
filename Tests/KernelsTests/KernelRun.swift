import KernelChoices
import Kernels
import Layouts
import Networks
import OneDNN
import Tensors
import Testing
import Topology

/// A tensor as a test hands it to a kernel: its type and its 32-bit words in the order of the layout.
struct Operand {
    var type: TensorType
    var words: [UInt32]

    init(_ shape: Shape, _ values: [Float]) {
        precondition(values.count == shape.elementCount, "\(values.count) values for \(shape)")
        type = TensorType.examples(shape)
        words = values.map(\.bitPattern)
    }

    init(labels: [Int32]) {
        type = TensorType.examples([labels.count], .int32)
        words = labels.map { UInt32(bitPattern: $0) }
    }

    /// Normal numbers that depend on the shape and `stream` alone.
    init(random shape: Shape, stream: UInt32 = 0) {
        let source = RandomSource(seed: 7, purpose: .synthesis, stream: stream)
        self.init(shape, (0..<shape.elementCount).map { source.normal(index: $0) })
    }

    var values: [Float] { words.map(Float.init(bitPattern:)) }
    func value(_ index: Int...) -> Float {
        Float(bitPattern: words[zip(index, type.shape.strides).reduce(0) { $0 + $1.0 * $1.1 }])
    }
}

/// Runs an operation's kernel as a plan of one node would, on memory that starts and ends in untouchable words.
struct KernelRun {
    let choice: KernelChoice
    let outputs: [[Float]]

    /// - Parameters:
    ///   - layouts: the layouts offered; row-major where not given. Operands' words are taken to be in the layout chosen.
    ///   - inPlace: whether outputs take over the inputs that the kernel offers.
    ///   - configure: what else is asked for.
    init(
        _ operation: any Networks.Operation, _ inputs: [Operand], layouts: [Layout]? = nil, inPlace: Bool = false,
        step: StepArguments = StepArguments(step: 3, seed: 11, learningRate: 0), activation: FusedActivation? = nil,
        caches: CacheSizes = .ofThisMachine, instructions: InstructionSet = .best,
        configure: (inout KernelRequest) -> Void = { _ in }
    ) throws {
        ComputeThread.prepare()
        let engine = try Engine(caches: caches, instructions: instructions)
        let computable = try #require(operation.computable, "no kernel for \(operation.name)")
        let outputTypes = try operation.outputTypes(for: inputs.map(\.type))
        let offered =
            layouts
            ?? inputs.map { .plain($0.type.shape.dimensions, type: $0.type.element == .int32 ? .i32 : .f32) }
        var request = KernelRequest(
            engine: engine, inputs: zip(inputs, offered).map { .init(type: $0.type, layout: $1) },
            outputs: outputTypes.map { .init(type: $0) }, activation: activation)
        configure(&request)
        let choice = try computable.implementation(for: request).kernel(for: request)
        try self.init(choice, inputs, inPlace: inPlace, step: step, name: operation.name, engine: engine)
    }

    /// Copies a tensor, whose words lie as in `from`, to another layout.
    init(
        reordering x: Operand, from: Layout, to: Layout, _ instructions: InstructionSet, caches: CacheSizes = .ofThisMachine
    ) throws {
        ComputeThread.prepare()
        let engine = try Engine(caches: caches, instructions: instructions)
        try self.init(
            try .reorder(engine: engine, from: from, to: to), [x], inPlace: false,
            step: StepArguments(step: 0, seed: 0, learningRate: 0), name: "reorder", engine: engine)
    }

    private init(
        _ choice: KernelChoice, _ inputs: [Operand], inPlace: Bool, step: StepArguments, name: String, engine: Engine
    ) throws {
        let inputMemory = zip(inputs, choice.inputs).map { GuardedMemory($0.words, byteCount: $1.byteCount) }
        let outputMemory = choice.outputs.indices.map { index in
            if inPlace, let taken = choice.reuse[index] { return inputMemory[taken] }
            return GuardedMemory([], byteCount: choice.outputs[index].byteCount)
        }
        let scratchpad = GuardedMemory([], byteCount: choice.scratchpadBytes)
        let kernel = try choice.bind(
            KernelMemory(
                stream: ComputeStream(engine: engine), inputs: inputMemory.map(\.address), outputs: outputMemory.map(\.address),
                scratchpad: scratchpad.address))
        try kernel.run(step)
        self.choice = choice
        outputs = outputMemory.map { $0.words.map(Float.init(bitPattern:)) }
        for (memory, operand) in zip(inputMemory, inputs) where !outputMemory.contains(where: { $0 === memory }) {
            #expect(memory.words == operand.words, "\(name) wrote to an input")
        }
        for memory in inputMemory + outputMemory + [scratchpad] {
            #expect(memory.isIntact, "\(name) wrote beyond its memory")
        }
    }
}

/// Memory at a multiple of 64 bytes with a guard before and behind; owns it, frees it.
private final class GuardedMemory {
    let address: UnsafeMutableRawPointer
    private let start: UnsafeMutableRawPointer
    private let count: Int
    private static let mark: UInt32 = 0x7FC0_1234

    /// Filled with `words`; what they do not fill is not a number, so that whoever forgets an element is seen.
    init(_ words: [UInt32], byteCount: Int) {
        count = (byteCount + 3) / 4
        precondition(words.isEmpty || words.count == count, "\(words.count) words for \(byteCount) bytes")
        start = .allocate(byteCount: 128 + 4 * count, alignment: 64)
        address = start + 64
        let all = start.bindMemory(to: UInt32.self, capacity: 32 + count)
        all.update(repeating: Self.mark, count: 32 + count)
        for (index, word) in words.enumerated() { all[16 + index] = word }
    }

    deinit { start.deallocate() }

    var words: [UInt32] {
        Array(UnsafeBufferPointer(start: address.assumingMemoryBound(to: UInt32.self), count: count))
    }

    var isIntact: Bool {
        let all = start.assumingMemoryBound(to: UInt32.self)
        return (0..<16).allSatisfy { all[$0] == Self.mark && all[16 + count + $0] == Self.mark }
    }
}

/// How far a kernel may be from the same sums in double precision: single precision rounds each of the terms by 2⁻²⁴ of
/// its size, and the terms of these tests are a few units each.
func expectClose(
    _ actual: [Float], _ expected: [Double], absolute: Double = 1e-5, relative: Double = 2e-6,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(actual.count == expected.count, sourceLocation: sourceLocation)
    for (index, pair) in zip(actual, expected).enumerated() {
        let distance = abs(Double(pair.0) - pair.1)
        guard !(distance <= absolute + relative * abs(pair.1)) else { continue }
        Issue.record("element \(index) is \(pair.0), not \(pair.1)", sourceLocation: sourceLocation)
        return
    }
}

/// Shapes [N, C, …] that loops by eights and their remainders must survive.
let channelShapes: [Shape] = [
    [1, 1], [1, 17], [5, 3], [3, 8], [1, 1, 1, 1], [2, 3, 5, 7], [1, 16, 8, 8], [3, 5, 1, 1], [2, 7, 3, 3], [4, 2, 9, 1],
]
