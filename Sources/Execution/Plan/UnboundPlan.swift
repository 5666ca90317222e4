import Networks
import Parallelism

/// A worker's step before it is bound: kernels chosen, buffers named, but no memory yet.
struct UnboundPlan {
    /// Names a buffer of the plan.
    struct BufferID: Hashable {
        let index: Int
    }

    enum Storage: Hashable {
        /// In the lane's arena, shared with buffers that live at other times.
        case arena
        /// A parameter of the device, shared by its lanes.
        case parameter(Int)
    }

    struct Buffer {
        let byteCount: Int
        let storage: Storage
        var first: Int
        var last: Int
        /// The buffer whose memory this one takes over.
        var takesOver: BufferID?
    }

    enum Item {
        /// Takes a block of a part of the batch, by its place among the graph's inputs.
        case load(input: Int, block: ExchangeBlock, whole: ExchangeBlock, BufferID)
        case kernel(KernelChoice, inputs: [BufferID], outputs: [BufferID], title: String, layer: String)
        case wait(Wait)
        case exchange(Exchange)
        /// Adds a partial sum of a parameter's gradient to another.
        case accumulate(parameter: Int, from: BufferID, into: BufferID)
        /// Updates a parameter from this worker's partial sums and its peers'.
        case update(parameter: Int, gradients: [PartialSum], axes: [Int])
        case gather(parameter: Int, axes: [Int])
    }

    /// A node of the tree of terms, and where its sum lies.
    struct PartialSum {
        let node: Range<Int>
        let buffer: BufferID
    }

    /// Where the worker gives a signal, if it is to, and waits for those of others.
    struct Wait {
        let gives: Signal?
        let awaits: [Signal]
        /// The instruction of the placed graph in front of which it stands.
        let instruction: Int

        /// What stands behind it, in words.
        func description(in placed: PlacedGraph) -> String {
            switch placed.instructions[instruction] {
            case .collective(let kind, _, _, let output): "the \(kind.rawValue) of \(placed[output].name)"
            case .reduceGradient: "the sums of the gradients"
            case .gatherParameter: "the all-gathers of the parameters"
            case .load, .compute, .update: "instruction \(instruction)"
            }
        }
    }

    struct Exchange {
        let instruction: Int
        let microStep: Int
        let kind: CollectiveKind
        let axes: [Int]
        let input: PlacedID
        let output: PlacedID
        let source: BufferID
        let destination: BufferID
        let title: String
    }

    /// Something that the host reads after a step, row-major.
    struct Result {
        /// Its place among the graph's outputs.
        let output: Int
        let microStep: Int
        let buffer: BufferID
    }

    var items: [Item] = []
    /// What each item has to do, by its place.
    var planItems: [Int: PlanItem] = [:]
    var buffers: [Buffer] = []
    var parameterLayouts: [Int: Layout] = [:]
    /// The layouts in which kernels write the parameters' gradients.
    var gradientLayouts: [Int: Layout] = [:]
    var formats: [Int: ExchangeFormat] = [:]
    /// Losses and metrics; without learning, scores as well.
    var results: [Result] = []
    /// How each node is computed, and what was decided about those where there was a choice.
    var variants: [NodeID: KernelVariant] = [:]
    var decisions: [KernelDecision] = []
    /// Reorders that the plan needed: from, to.
    var reorders: [(value: String, from: Layout, to: Layout)] = []

    /// The buffer that holds a buffer's memory, following takeovers.
    func owner(of id: BufferID) -> BufferID {
        var id = id
        while let next = buffers[id.index].takesOver { id = next }
        return id
    }

    /// Elements of a parameter's memory, padding included; slices are cut from these.
    func storedElements(_ parameter: Int) -> Int {
        (parameterLayouts[parameter]?.byteCount ?? 0) / MemoryLayout<Float>.stride
    }

    /// Which of a parameter's stored elements a worker updates.
    func updatedSlice(_ parameter: Int, axes: [Int], in placed: PlacedGraph, worker: Int) -> Range<Int> {
        let elements = storedElements(parameter)
        return axes.isEmpty ? 0..<elements : placed.slice(ofElements: elements, axes: axes, worker: worker)
    }

    /// The largest scratchpad that a kernel asks for, bytes.
    var scratchpadBytes: Int {
        items.reduce(0) { if case .kernel(let choice, _, _, _, _) = $1 { max($0, choice.scratchpadBytes) } else { $0 } }
    }
}
