import KernelChoices
import Layouts
import Networks
import Tensors

/// What an in-house loop does with its memory: called once per plan, gives what each step runs.
typealias LoopBinding = (KernelMemory) -> (StepArguments) -> Void

extension KernelRequest {
    /// A loop that needs to know which element is where: reads and writes row-major tensors.
    func rowMajorLoop(scratchpadBytes: Int = 0, reuse: [Int?]? = nil, _ binding: @escaping LoopBinding) -> KernelChoice {
        loop(
            inputs: inputs.map { .plain(for: $0.type) }, outputs: outputs.map { .plain(for: $0.type) },
            scratchpadBytes: scratchpadBytes, reuse: reuse, implementation: "loop:row-major", binding)
    }

    /// The same over images in blocks of `block` channels, whose last may have padding, which holds zeros.
    func channelBlockedLoop(block: Int, _ binding: @escaping LoopBinding) -> KernelChoice {
        loop(
            inputs: inputs.map { .channelBlocked($0.type.shape, block: block) },
            outputs: outputs.map { .channelBlocked($0.type.shape, block: block) }, scratchpadBytes: 0, reuse: nil,
            implementation: "loop:aBcd\(block)b", binding)
    }

    /// A loop over elements alike in all inputs and outputs, in whatever order they lie: stays in the first input's layout.
    /// Padding is computed too, so it must map zeros to zero. `body` gets the number of elements in memory.
    func elementwiseLoop(reuse: [Int?], _ binding: @escaping (_ count: Int) -> LoopBinding) -> KernelChoice {
        let offered = inputs[0].layout
        let layout = offered.isDense ? offered.format(type: .f32) : .plain(for: inputs[0].type)
        return loop(
            inputs: inputs.map { _ in layout }, outputs: outputs.map { _ in layout }, scratchpadBytes: 0, reuse: reuse,
            implementation: "loop:elementwise", binding(layout.byteCount / MemoryLayout<Float>.stride))
    }

    private func loop(
        inputs: [Layout], outputs: [Layout], scratchpadBytes: Int, reuse: [Int?]?, implementation: String,
        _ binding: @escaping LoopBinding
    ) -> KernelChoice {
        precondition(activation == nil, "no activation can be fused into \(implementation)")
        return KernelChoice(
            inputs: inputs, outputs: outputs, scratchpadBytes: scratchpadBytes, reuse: reuse, origin: .loop,
            implementation: implementation
        ) { LoopKernel(binding($0)) }
    }
}

extension Layout {
    /// Row-major. Workspaces have no elements, hence no such layout.
    static func plain(for type: TensorType) -> Layout {
        switch type.element {
        case .float32: .plain(type.shape.dimensions, type: .f32)
        case .int32: .plain(type.shape.dimensions, type: .i32)
        case .workspace: preconditionFailure("a workspace is its kernel's own; no other can read it in rows")
        }
    }
}

extension KernelMemory {
    func input(_ index: Int) -> UnsafeMutablePointer<Float> { inputs[index].assumingMemoryBound(to: Float.self) }
    func output(_ index: Int) -> UnsafeMutablePointer<Float> { outputs[index].assumingMemoryBound(to: Float.self) }
}
