package import OneDNN
package import Tensors

/// What a kernel is asked for.
package struct KernelRequest {
    package struct Input {
        /// The block's shape on this worker.
        package let type: TensorType
        /// The layout in which the tensor lies; `any` for a parameter whose layout is this kernel's to decide.
        package let layout: Layout

        package init(type: TensorType, layout: Layout) {
            self.type = type
            self.layout = layout
        }
    }

    package struct Output {
        /// The block's shape on this worker.
        package let type: TensorType
        /// The layout in which the tensor is wanted in the end (a parameter's gradient: the parameter's own), `nil` if free.
        /// A kernel may choose another; the planner then reorders.
        package let wanted: Layout?

        package init(type: TensorType, wanted: Layout? = nil) {
            self.type = type
            self.wanted = wanted
        }
    }

    package let engine: Engine
    package let inputs: [Input]
    package let outputs: [Output]
    /// An activation that the kernel is to apply to its output as it stores it.
    package let activation: FusedActivation?
    package var variant = KernelVariant.standard
    package var precision = Precision.f32
    /// For in-house loops that exist for several.
    package var instructions = InstructionSet.best

    package init(engine: Engine, inputs: [Input], outputs: [Output], activation: FusedActivation? = nil) {
        self.engine = engine
        self.inputs = inputs
        self.outputs = outputs
        self.activation = activation
    }
}

/// Who computes a kernel.
package enum KernelOrigin: String, Sendable, Hashable {
    /// The library, in one primitive.
    case primitive
    /// The library's primitives, and in-house loops that take tensors apart for them and put them together again.
    case composition
    /// An in-house loop.
    case loop
}

/// A kernel before it is bound: everything that the planner has to know before memory exists.
package struct KernelChoice {
    /// The layout in which each input is read; where it is another than offered, the planner reorders.
    package var inputs: [Layout]
    /// The layout in which each output is written. A workspace's layout is the kernel's own.
    package var outputs: [Layout]
    package var scratchpadBytes: Int
    /// Per output: the input whose memory it may take over, because each element is read before it is written.
    package var reuse: [Int?]
    /// The kernel does nothing but rename its first input, which keeps its memory.
    package var isRenaming: Bool
    /// Who computes it.
    package var origin: KernelOrigin
    /// For people: the library's name of the implementation, or what kind of loop it is.
    package var implementation: String
    /// Binds the kernel to memory, on the thread of its lane.
    package var bind: (KernelMemory) throws -> any Kernel

    package init(
        inputs: [Layout], outputs: [Layout], scratchpadBytes: Int = 0, reuse: [Int?]? = nil, isRenaming: Bool = false,
        origin: KernelOrigin, implementation: String, bind: @escaping (KernelMemory) throws -> any Kernel
    ) {
        self.inputs = inputs
        self.outputs = outputs
        self.scratchpadBytes = scratchpadBytes
        self.reuse = reuse ?? outputs.map { _ in nil }
        self.isRenaming = isRenaming
        self.origin = origin
        self.implementation = implementation
        self.bind = bind
    }
}

/// The memory of one kernel: addresses that stay for the life of the plan, multiples of 64 bytes.
package struct KernelMemory {
    package let stream: ComputeStream
    package let inputs: [UnsafeMutableRawPointer]
    package let outputs: [UnsafeMutableRawPointer]
    /// At least `scratchpadBytes`; shared with the lane's other kernels.
    package let scratchpad: UnsafeMutableRawPointer

    package init(
        stream: ComputeStream, inputs: [UnsafeMutableRawPointer], outputs: [UnsafeMutableRawPointer],
        scratchpad: UnsafeMutableRawPointer
    ) {
        self.stream = stream
        self.inputs = inputs
        self.outputs = outputs
        self.scratchpad = scratchpad
    }
}

/// A kernel bound to memory: what a step runs. Allocates nothing when it runs.
package protocol Kernel: AnyObject {
    func run(_ step: StepArguments) throws
}

/// What differs from step to step.
package struct StepArguments: Sendable {
    /// Counts from 0 over the whole run.
    package var step: Int
    package var seed: UInt64
    package var learningRate: Float

    package init(step: Int, seed: UInt64, learningRate: Float) {
        self.step = step
        self.seed = seed
        self.learningRate = learningRate
    }
}

/// A kernel that is one primitive of the library.
package final class PrimitiveKernel: Kernel {
    private let primitive: BoundPrimitive
    private let stream: ComputeStream

    package init(_ primitive: BoundPrimitive, stream: ComputeStream) {
        self.primitive = primitive
        self.stream = stream
    }

    package func run(_ step: StepArguments) throws {
        try primitive.execute(on: stream)
    }
}

/// A kernel that is an in-house loop.
package final class LoopKernel: Kernel {
    private let body: (StepArguments) -> Void

    package init(_ body: @escaping (StepArguments) -> Void) {
        self.body = body
    }

    package func run(_ step: StepArguments) throws {
        body(step)
    }
}
