import Kernels
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
        switch item {
        case .load(let input, _, _, let buffer):
            access("load of \(placed.graph.value(placed.graph.inputs[input]).name)", writes: [span(buffer)])
        case .kernel(let choice, let inputs, let outputs, let title, let layer):
            if choice.isRenaming {
                renamed[outputs[0].index] = content(inputs[0])
            } else {
                let owners = Set(inputs.map(unbound.owner))
                access(
                    "\(title) of \(layer)", reads: inputs.map { .span(span($0)) }, writes: outputs.map(span),
                    isInPlace: outputs.contains { owners.contains(unbound.owner(of: $0)) })
            }
        case .wait(let wait):
            if let signal = wait.gives { trace.events.append(.signal(signal.number)) }
            trace.events.append(.wait(wait.awaits))
        case .exchange(let exchange):
            add(exchange)
        case .accumulate(let parameter, let source, let destination):
            access(
                "addition of micro-batches of \(name(parameter))", reads: [.span(span(source)), .span(span(destination))],
                writes: [span(destination)], isInPlace: true)
        case .squares(let parameter, let axes, let buffer):
            trace.entries[.squares(parameter: parameter, worker: worker)] = span(buffer)
            let slice = unbound.updatedSlice(parameter, axes: axes, in: placed, worker: worker)
            let gradients = slice.isEmpty ? [] : sums(of: parameter, axes)
            let weights = slice.isEmpty ? [] : [MemoryTrace.Source.span(span(parameter, device: device, elements: slice))]
            access("squares of \(name(parameter))", reads: gradients + weights, writes: [span(buffer)])
        case .norms(let buffer):
            let entries = placed.squares.flatMap { parameter, axes in
                placed.partHolders(of: parameter, axes: axes).map {
                    MemoryTrace.Source.entry(.squares(parameter: parameter, worker: $0))
                }
            }
            access("norms of all gradients", reads: entries, writes: [span(buffer)])
        case .update(let parameter, let gradients, let axes, let norms):
            addUpdate(parameter, gradients, axes, norms)
        case .gather(let parameter, let axes):
            addGather(parameter, axes)
        }
    }

    private mutating func add(_ exchange: UnboundPlan.Exchange) {
        func entry(_ worker: Int) -> Published {
            .exchange(purpose, instruction: exchange.instruction, microStep: exchange.microStep, worker: worker)
        }
        trace.entries[entry(worker)] = span(exchange.source)
        let peers = exchange.kind == .slice ? [worker] : placed.mesh.group(of: worker, along: exchange.axes)
        access(
            "\(exchange.kind.rawValue) of \(exchange.title)", reads: peers.map { .entry(entry($0)) },
            writes: [span(exchange.destination)])
    }

    private mutating func addUpdate(
        _ parameter: Int, _ gradients: [UnboundPlan.PartialSum], _ axes: [Int], _ norms: UnboundPlan.BufferID?
    ) {
        for gradient in gradients {
            trace.entries[.gradient(parameter: parameter, worker: worker, first: gradient.node.lowerBound)] = span(
                gradient.buffer)
        }
        let slice = unbound.updatedSlice(parameter, axes: axes, in: placed, worker: worker)
        guard !slice.isEmpty else { return }
        let weights = span(parameter, device: device, elements: slice)
        let reads = sums(of: parameter, axes) + (norms.map { [.span(span($0))] } ?? []) + [.span(weights)]
        access("update of \(name(parameter))", reads: reads, writes: [weights], isInPlace: true)
    }

    /// The partial sums of a parameter's gradient, all workers'.
    private func sums(of parameter: Int, _ axes: [Int]) -> [MemoryTrace.Source] {
        let holders = axes.isEmpty ? [worker] : placed.mesh.group(of: worker, along: axes)
        return holders.flatMap { holder in
            placed.partialSums(axes: axes, worker: holder).map { node in
                MemoryTrace.Source.entry(.gradient(parameter: parameter, worker: holder, first: node.lowerBound))
            }
        }
    }

    private mutating func addGather(_ parameter: Int, _ axes: [Int]) {
        let mesh = placed.mesh
        let peers = mesh.group(of: worker, along: axes)
            .filter { mesh.device(of: $0) != device && mesh.lane(of: $0) == mesh.lane(of: worker) }
        let slices = peers.map { placed.slice(ofElements: unbound.storedElements(parameter), axes: axes, worker: $0) }
        access(
            "all-gather of \(name(parameter))",
            reads: zip(peers, slices).map { .span(span(parameter, device: mesh.device(of: $0), elements: $1)) },
            writes: slices.map { span(parameter, device: device, elements: $0) })
    }

    private mutating func access(
        _ title: String, reads: [MemoryTrace.Source] = [], writes: [MemoryTrace.Span], isInPlace: Bool = false
    ) {
        trace.events.append(
            .access(MemoryTrace.Access(title: title, reads: reads, writes: writes, isInPlace: isInPlace)))
    }

    private func name(_ parameter: Int) -> String { placed.graph.parameters[parameter].name }

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
