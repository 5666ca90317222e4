package import Kernels
package import Networks
package import OneDNN
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

    package enum Item {
        /// Takes a block of a part of the batch, by its place among the graph's inputs.
        case load(input: Int, block: ExchangeBlock, whole: ExchangeBlock, BufferID)
        case kernel(KernelChoice, inputs: [BufferID], outputs: [BufferID], title: String, layer: String)
        case wait(Wait)
        case exchange(Exchange)
        /// Adds a partial sum of a parameter's gradient to another.
        case accumulate(parameter: Int, from: BufferID, into: BufferID)
        /// Adds up the squares of this worker's slice of a gradient, of its own partial sums and its peers', and of the parameter.
        case squares(parameter: Int, axes: [Int], into: BufferID)
        /// Makes norms of all workers' squares.
        case norms(into: BufferID)
        /// Updates a parameter from this worker's partial sums and its peers', and from norms where its rule uses some.
        case update(parameter: Int, gradients: [PartialSum], axes: [Int], norms: BufferID?)
        case gather(parameter: Int, axes: [Int])
    }

    /// A node of the tree of terms, and where its sum lies.
    package struct PartialSum {
        package let node: Range<Int>
        package let buffer: BufferID
    }

    /// Where the worker gives a signal, if it is to, and waits for those of others.
    package struct Wait {
        package let gives: Signal?
        package let awaits: [Signal]
        /// The instruction of the placed graph in front of which it stands.
        package let instruction: Int

        /// What stands behind it, in words.
        package func description(in placed: PlacedGraph) -> String {
            switch placed.instructions[instruction] {
            case .collective(let kind, _, _, let output): "the \(kind.rawValue) of \(placed[output].name)"
            case .reduceGradient: "the sums of the gradients"
            case .norms: "the norms of the gradients"
            case .gatherParameter: "the all-gathers of the parameters"
            case .load, .compute, .squares, .update: "instruction \(instruction)"
            }
        }
    }

    package struct Exchange {
        package let instruction: Int
        package let microStep: Int
        package let kind: CollectiveKind
        package let axes: [Int]
        package let input: PlacedID
        package let output: PlacedID
        package let source: BufferID
        package let destination: BufferID
        package let title: String
    }

    /// Something that the host reads after a step, row-major.
    package struct Result {
        /// Its place among the graph's outputs.
        package let output: Int
        package let microStep: Int
        package let buffer: BufferID
    }

    package var items: [Item] = []
    /// What each item has to do, by its place.
    package var planItems: [Int: PlanItem] = [:]
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
        items.reduce(0) { if case .kernel(let choice, _, _, _, _) = $1 { max($0, choice.scratchpadBytes) } else { $0 } }
    }
}
