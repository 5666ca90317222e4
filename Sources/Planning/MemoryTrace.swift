import KernelChoices
import Networks
package import Parallelism

/// What a worker's plan does to memory, as plain data: which bytes each item reads and writes, where it signals, and for whom it waits.
package struct MemoryTrace: Sendable {
    package enum Space: Hashable, Sendable, Comparable {
        /// A worker's arena.
        case arena(worker: Int)
        /// A device's copy of a parameter, which its lanes share.
        case parameter(Int, device: Int)
    }

    /// Bytes of a space, and whose content a reader expects there: a buffer of the plan; none in a parameter, which several workers write.
    package struct Span: Hashable, Sendable {
        package let space: Space
        package let bytes: Range<Int>
        package var content: Int?

        package init(space: Space, bytes: Range<Int>, content: Int? = nil) {
            (self.space, self.bytes, self.content) = (space, bytes, content)
        }
    }

    /// What an item reads.
    package enum Source: Sendable {
        case span(Span)
        /// What a worker, perhaps another one, has entered under a name.
        case entry(Published)
    }

    package struct Access: Sendable {
        package let title: String
        package var reads: [Source]
        package var writes: [Span]
        /// Whether the writes may lie on what is read, as they do in place.
        package var isInPlace: Bool

        package init(title: String, reads: [Source] = [], writes: [Span] = [], isInPlace: Bool = false) {
            (self.title, self.reads, self.writes, self.isInPlace) = (title, reads, writes, isInPlace)
        }
    }

    package enum Event: Sendable {
        case access(Access)
        case signal(Int)
        case wait([Signal])
    }

    package let worker: Int
    package var events: [Event] = []
    /// What others may read of this worker's memory, by name.
    package var entries: [Published: Span] = [:]
    /// What the host reads after the step.
    package var results: [Span] = []

    package init(worker: Int) { self.worker = worker }
}

extension MemoryTrace {
    /// - Parameter offsets: where each buffer lies in the worker's arena, as `WorkerMemoryPlan` has it.
    init(_ unbound: UnboundPlan, placed: PlacedGraph, worker: Int, purpose: PlanPurpose, offsets: [Int?]) {
        var tracer = Tracer(
            unbound: unbound, placed: placed, purpose: purpose, offsets: offsets, trace: MemoryTrace(worker: worker))
        for item in unbound.items { tracer.add(item) }
        tracer.trace.results = unbound.results.map { tracer.span($0.buffer) }
        self = tracer.trace
    }
}

extension WorkerMemoryPlan {
    /// What the plans that it was made for do to memory.
    package func traces(
        _ unboundPlans: [PlanPurpose: UnboundPlan], _ graphs: [PlanPurpose: PlacedGraph], worker: Int
    ) -> [PlanPurpose: MemoryTrace] {
        unboundPlans.reduce(into: [:]) { traces, unbound in
            guard let placed = graphs[unbound.key], let offsets = offsets[unbound.key] else { return }
            traces[unbound.key] = MemoryTrace(
                unbound.value, placed: placed, worker: worker, purpose: unbound.key, offsets: offsets)
        }
    }
}

/// Writes a trace, item by item.
private struct Tracer {
    let unbound: UnboundPlan
    let placed: PlacedGraph
    let purpose: PlanPurpose
    let offsets: [Int?]
    var trace: MemoryTrace
    /// Buffers that are others under another name.
    var renamed: [Int: Int] = [:]

    private var worker: Int { trace.worker }
    private var device: Int { placed.mesh.device(of: worker) }

    mutating func add(_ item: UnboundPlan.Item) {
        let reads = item.inputs.map { MemoryTrace.Source.span(span($0)) }
        if let choice = item.choice { return add(choice, item) }
        switch item.instruction.action {
        case .load: access(item, writes: item.outputs.map(span))
        case .wait(let signals, _):
            if case .signal(let signal, _)? = item.included?.action { trace.events.append(.signal(signal.number)) }
            trace.events.append(.wait(signals))
        case .collective(let kind, let place, let axes, _, _): addExchange(kind, place, axes, item)
        case .add: access(item, reads: reads, writes: item.outputs.map(span), isInPlace: true)
        case .sumOverBatch(_, let axes, let input, _):
            for (node, buffer) in zip(placed.partialSums(axes: axes, worker: worker), item.inputs) {
                trace.entries[.partialSum(.statistic(input), worker: worker, first: node.lowerBound)] = span(buffer)
            }
            access(item, reads: partialSums(of: .statistic(input), axes), writes: item.outputs.map(span))
        case .squares(let parameter, _, let axes):
            trace.entries[.squares(parameter: parameter, worker: worker)] = span(item.outputs[0])
            let slice = unbound.updatedSlice(parameter, axes: axes, in: placed, worker: worker)
            let gradients = slice.isEmpty ? [] : sums(of: parameter, axes)
            let weights = slice.isEmpty ? [] : [MemoryTrace.Source.span(span(parameter, device: device, elements: slice))]
            access(item, reads: gradients + weights, writes: item.outputs.map(span))
        case .norms:
            let entries = placed.squares.flatMap { parameter, axes in
                placed.partHolders(of: parameter, axes: axes).map {
                    MemoryTrace.Source.entry(.squares(parameter: parameter, worker: $0))
                }
            }
            access(item, reads: entries, writes: item.outputs.map(span))
        case .update(let parameter, _, let axes): addUpdate(parameter, axes, item)
        case .gather(let parameter, let axes): addGather(parameter, axes, item)
        case .compute, .reduce, .signal: preconditionFailure("\(item.instruction.title) is no item of its own")
        }
    }

    private mutating func add(_ choice: KernelChoice, _ item: UnboundPlan.Item) {
        guard !choice.isRenaming else {
            renamed[item.outputs[0].index] = content(item.inputs[0])
            return
        }
        let owners = Set(item.inputs.map(unbound.owner))
        access(
            item, reads: item.inputs.map { .span(span($0)) }, writes: item.outputs.map(span),
            isInPlace: item.outputs.contains { owners.contains(unbound.owner(of: $0)) })
    }

    private mutating func addExchange(_ kind: CollectiveKind, _ place: Int, _ axes: [Int], _ item: UnboundPlan.Item) {
        let microStep = item.instruction.microStep ?? 0
        func entry(_ worker: Int) -> Published { .exchange(purpose, instruction: place, microStep: microStep, worker: worker) }
        trace.entries[entry(worker)] = span(item.inputs[0])
        let peers = kind == .slice ? [worker] : placed.mesh.group(of: worker, along: axes)
        access(item, reads: peers.map { .entry(entry($0)) }, writes: item.outputs.map(span))
    }

    private mutating func addUpdate(_ parameter: Int, _ axes: [Int], _ item: UnboundPlan.Item) {
        for (node, buffer) in zip(placed.partialSums(axes: axes, worker: worker), item.inputs) {
            trace.entries[.partialSum(.gradient(parameter: parameter), worker: worker, first: node.lowerBound)] = span(buffer)
        }
        let slice = unbound.updatedSlice(parameter, axes: axes, in: placed, worker: worker)
        guard !slice.isEmpty else { return }
        let weights = span(parameter, device: device, elements: slice)
        let reads = sums(of: parameter, axes) + (item.norms.map { [.span(span($0))] } ?? []) + [.span(weights)]
        access(item, reads: reads, writes: [weights], isInPlace: true)
    }

    /// The partial sums of a parameter's gradient, all workers'.
    private func sums(of parameter: Int, _ axes: [Int]) -> [MemoryTrace.Source] {
        partialSums(of: .gradient(parameter: parameter), axes)
    }

    private func partialSums(of sum: BatchSum, _ axes: [Int]) -> [MemoryTrace.Source] {
        let holders = axes.isEmpty ? [worker] : placed.mesh.group(of: worker, along: axes)
        return holders.flatMap { holder in
            placed.partialSums(axes: axes, worker: holder).map { node in
                MemoryTrace.Source.entry(.partialSum(sum, worker: holder, first: node.lowerBound))
            }
        }
    }

    private mutating func addGather(_ parameter: Int, _ axes: [Int], _ item: UnboundPlan.Item) {
        let mesh = placed.mesh
        let peers = mesh.group(of: worker, along: axes)
            .filter { mesh.device(of: $0) != device && mesh.lane(of: $0) == mesh.lane(of: worker) }
        let slices = peers.map { placed.slice(ofElements: unbound.storedElements(parameter), axes: axes, worker: $0) }
        access(
            item, reads: zip(peers, slices).map { .span(span(parameter, device: mesh.device(of: $0), elements: $1)) },
            writes: slices.map { span(parameter, device: device, elements: $0) })
    }

    private mutating func access(
        _ item: UnboundPlan.Item, reads: [MemoryTrace.Source] = [], writes: [MemoryTrace.Span], isInPlace: Bool = false
    ) {
        let (title, subject) = item.label(in: placed)
        trace.events.append(
            .access(
                MemoryTrace.Access(
                    title: subject.isEmpty ? title : "\(title) of \(subject)", reads: reads, writes: writes, isInPlace: isInPlace)
            ))
    }

    private func content(_ id: UnboundPlan.BufferID) -> Int {
        var index = id.index
        while let original = renamed[index] { index = original }
        return index
    }

    func span(_ id: UnboundPlan.BufferID) -> MemoryTrace.Span {
        let owner = unbound.owner(of: id)
        let byteCount = unbound.buffers[id.index].byteCount
        if case .parameter(let parameter) = unbound.buffers[owner.index].storage {
            return MemoryTrace.Span(space: .parameter(parameter, device: device), bytes: 0..<byteCount)
        }
        guard let offset = offsets[owner.index] else { preconditionFailure("a buffer without memory") }
        return MemoryTrace.Span(space: .arena(worker: worker), bytes: offset..<offset + byteCount, content: content(id))
    }

    private func span(_ parameter: Int, device: Int, elements: Range<Int>) -> MemoryTrace.Span {
        let size = MemoryLayout<Float>.stride
        return MemoryTrace.Span(
            space: .parameter(parameter, device: device), bytes: elements.lowerBound * size..<elements.upperBound * size)
    }
}
