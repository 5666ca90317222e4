package import KernelChoices
package import Layouts
package import Networks
package import Parallelism

/// A worker's step before it is bound: kernels chosen, buffers named, but no memory yet.
package struct UnboundPlan {
    /// Names a buffer of the plan.
    package struct BufferID: Hashable {
        package let index: Int
    }

    package enum Storage: Hashable {
        /// In the lane's arena, shared with buffers that live at other times.
        case arena
        /// A parameter of the device, shared by its lanes.
        case parameter(Int)
    }

    package struct Buffer {
        package let byteCount: Int
        package let storage: Storage
        package var first: Int
        package var last: Int
        /// The buffer whose memory this one takes over.
        package var takesOver: BufferID?
    }

    /// What the planner makes of an instruction of the program: which kernel does it, from which buffers into which.
    package struct Item {
        package let instruction: Instruction
        /// What is done along with it: the activation that a convolution's kernel applies, the sum of gradients that an update takes,
        /// the signal that is given before a wait.
        package var included: Instruction?
        /// The tensor that the item brings into another layout for the instruction, where it does that and no more.
        package var reordered: Reordered?
        /// What computes it; nil for what moves, sums and updates in loops of the session's own.
        package var choice: KernelChoice?
        /// Of an addition the addend and what it is added to, of an update and a sum over the batch this worker's partial sums, in the order of the tree.
        package var inputs: [BufferID] = []
        package var outputs: [BufferID] = []
        /// The norms that an update's rule asks for.
        package var norms: BufferID?
    }

    package struct Reordered {
        package let tensor: String
        package let layer: String
    }

    /// Something that the host reads after a step, row-major.
    package struct Result {
        /// Its place among the graph's outputs.
        package let output: Int
        package let microStep: Int
        package let buffer: BufferID
    }

    package var items: [Item] = []
    package var buffers: [Buffer] = []
    package var parameterLayouts: [Int: Layout] = [:]
    /// The layouts in which kernels write the parameters' gradients.
    package var gradientLayouts: [Int: Layout] = [:]
    package var formats: [Int: ExchangeFormat] = [:]
    /// Losses and metrics; without learning, scores as well.
    package var results: [Result] = []
    /// How each node is computed, and what was decided about those where there was a choice.
    package var variants: [NodeID: KernelVariant] = [:]
    package var decisions: [KernelDecision] = []
    /// Reorders that the plan needed: from, to.
    package var reorders: [(value: String, from: Layout, to: Layout)] = []

    /// The buffer that holds a buffer's memory, following takeovers.
    package func owner(of id: BufferID) -> BufferID {
        var id = id
        while let next = buffers[id.index].takesOver { id = next }
        return id
    }

    /// Elements of a parameter's memory, padding included; slices are cut from these.
    package func storedElements(_ parameter: Int) -> Int {
        (parameterLayouts[parameter]?.byteCount ?? 0) / MemoryLayout<Float>.stride
    }

    /// Which of a parameter's stored elements a worker updates.
    package func updatedSlice(_ parameter: Int, axes: [Int], in placed: PlacedGraph, worker: Int) -> Range<Int> {
        let elements = storedElements(parameter)
        return axes.isEmpty ? 0..<elements : placed.slice(ofElements: elements, axes: axes, worker: worker)
    }

    /// The largest scratchpad that a kernel asks for, bytes.
    package var scratchpadBytes: Int {
        items.reduce(0) { max($0, $1.choice?.scratchpadBytes ?? 0) }
    }
}
