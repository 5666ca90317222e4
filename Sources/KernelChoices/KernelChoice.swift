package import Layouts

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
    /// Whether most of it is done by a loop that the library has for want of a kernel: never worth timing.
    package var isPlainLoop: Bool
    /// Binds the kernel to memory, on the thread of its lane.
    package var bind: (KernelMemory) throws -> any Kernel

    package init(
        inputs: [Layout], outputs: [Layout], scratchpadBytes: Int = 0, reuse: [Int?]? = nil, isRenaming: Bool = false,
        origin: KernelOrigin, implementation: String, isPlainLoop: Bool = false,
        bind: @escaping (KernelMemory) throws -> any Kernel
    ) {
        self.inputs = inputs
        self.outputs = outputs
        self.scratchpadBytes = scratchpadBytes
        self.reuse = reuse ?? outputs.map { _ in nil }
        self.isRenaming = isRenaming
        self.origin = origin
        self.implementation = implementation
        self.isPlainLoop = isPlainLoop
        self.bind = bind
    }
}
