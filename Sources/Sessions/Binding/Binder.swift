import CKernels
import Devices
import KernelChoices
import Kernels
import Layouts
import Networks
import OneDNN
import Parallelism
import Planning
import Tensors

/// Binds an unbound plan to a worker's memory. All workers have published when it runs.
struct Binder {
    let placed: PlacedGraph
    let worker: Int
    let purpose: PlanPurpose
    let unbound: UnboundPlan
    let memory: WorkerMemory
    let transport: any Transport
    let parameters: ParameterMemory
    let stream: ComputeStream
    let inspector: ExchangeInspector?
    /// A worker that is to stand still, if this is it.
    var stall: StallFault?

    private var device: Int { placed.mesh.device(of: worker) }
    private var lane: Int { placed.mesh.lane(of: worker) }

    /// Publishes what other workers will read in this plan.
    func publish() {
        for item in unbound.items where item.choice == nil {
            switch item.instruction.action {
            case .collective(_, let place, _, _, _):
                let microStep = item.instruction.microStep ?? 0
                publish(.exchange(purpose, instruction: place, microStep: microStep, worker: worker), item.inputs[0])
            case .squares(let parameter, _, _):
                publish(.squares(parameter: parameter, worker: worker), item.outputs[0])
            case .update(let parameter, _, let axes):
                publishPartialSums(.gradient(parameter: parameter), axes, item.inputs)
            case .sumOverBatch(_, let axes, let input, _): publishPartialSums(.statistic(input), axes, item.inputs)
            case .load, .compute, .add, .reduce, .norms, .gather, .signal, .wait: break
            }
        }
    }

    private func publishPartialSums(_ sum: BatchSum, _ axes: [Int], _ buffers: [UnboundPlan.BufferID]) {
        for (node, buffer) in zip(placed.partialSums(axes: axes, worker: worker), buffers) {
            publish(.partialSum(sum, worker: worker, first: node.lowerBound), buffer)
        }
    }

    private func publish(_ name: Published, _ buffer: UnboundPlan.BufferID) {
        transport.publish(
            name, at: memory.address(of: buffer, in: purpose), byteCount: unbound.buffers[buffer.index].byteCount)
    }

    func bind() throws -> WorkerPlan {
        var items = [WorkerPlan.Item]()
        var gathers = [any Kernel]()
        for (place, item) in unbound.items.enumerated() {
            guard let work = try bind(item, place) else { continue }
            let (title, subject) = item.label(in: placed)
            items.append(
                WorkerPlan.Item(
                    work: work, place: place, title: title, subject: subject, summary: unbound.summary(of: item)))
            if case .gather = item.instruction.action, case .exchange(let kernel) = work { gathers.append(kernel) }
        }
        return WorkerPlan(items: items, reports: reports(), gathers: gathers, device: device, lane: lane, worker: worker)
    }

    /// Nil for what has nothing to do: a renaming, an update of no elements, a gather from nobody.
    private func bind(_ item: UnboundPlan.Item, _ number: Int) throws -> WorkerPlan.Work? {
        if let choice = item.choice { return try choice.isRenaming ? nil : .compute(bind(choice, item)) }
        func address(_ buffer: UnboundPlan.BufferID) -> UnsafeMutableRawPointer { memory.address(of: buffer, in: purpose) }
        switch item.instruction.action {
        case .load(let id):
            return .load(
                LoadKernel(placed.input(id, worker: worker, item.instruction), destination: address(item.outputs[0])))
        case .wait(let signals, _):
            let needs = signals.map { StepSignals.Need(worker: $0.worker, count: $0.number) }
            return .wait(WorkerPlan.Wait(signals: item.included != nil, needs: needs))
        case .collective(let kind, let place, let axes, let input, let output):
            return .exchange(bindExchange(item, number, kind: kind, place: place, axes: axes, input, output))
        case .add:
            let sum = address(item.outputs[0]).assumingMemoryBound(to: Float.self)
            let count = unbound.buffers[item.outputs[0].index].byteCount / MemoryLayout<Float>.stride
            return .compute(
                AdditionKernel(left: numbers(item.inputs[1]), right: numbers(item.inputs[0]), into: sum, count: count))
        case .sumOverBatch(_, let axes, let input, let output): return .exchange(bindSum(item, number, axes, input, output))
        case .squares(let parameter, _, let axes): return .compute(bindSquares(parameter, axes, address(item.outputs[0])))
        case .norms: return .exchange(bindNorms(Norms(at: address(item.outputs[0]), parameters: placed.parameters.count)))
        case .update(let parameter, _, let axes):
            let norms = item.norms.map { Norms(at: address($0), parameters: placed.parameters.count) }
            return try bindUpdate(parameter, axes, norms, number).map { .compute($0) }
        case .gather(let parameter, let axes): return bindGather(parameter, axes, number).map { .exchange($0) }
        case .compute, .reduce, .signal: preconditionFailure("\(item.instruction.title) is no item of its own")
        }
    }

    private func bind(_ choice: KernelChoice, _ item: UnboundPlan.Item) throws -> any Kernel {
        let kernel = try choice.bind(
            KernelMemory(
                stream: stream, inputs: item.inputs.map { memory.address(of: $0, in: purpose) },
                outputs: item.outputs.map { memory.address(of: $0, in: purpose) }, scratchpad: memory.scratchpad))
        let checked = checked(kernel, outputs: item.outputs)
        guard let stall, stall.worker == worker, purpose == .training else { return checked }
        return StallFault.Standing(checked, step: stall.step)
    }

    private func bindExchange(
        _ item: UnboundPlan.Item, _ number: Int, kind: CollectiveKind, place: Int, axes: [Int], _ input: PlacedID,
        _ output: PlacedID
    ) -> any Kernel {
        let microStep = item.instruction.microStep ?? 0
        let peers = kind == .slice ? [worker] : placed.mesh.group(of: worker, along: axes)
        let sources = peers.map { peer in
            ExchangeKernel.Source(
                block: ExchangeBlock(ranges: placed.ranges(of: input, worker: peer, microStep: microStep)),
                address: transport.numbers(
                    .exchange(purpose, instruction: place, microStep: microStep, worker: peer), by: worker))
        }
        let ranges = placed.ranges(of: output, worker: worker, microStep: microStep)
        let destination = memory.address(of: item.outputs[0], in: purpose).assumingMemoryBound(to: Float.self)
        let kernel = ExchangeKernel(
            reduces: kind.reduces, block: ExchangeBlock(ranges: ranges), destination: destination, sources: sources)
        guard let inspector, let format = unbound.formats[place] else { return kernel }
        let result = ExchangeResult(
            address: destination, count: ranges.reduce(1) { $0 * $1.count }, layout: format.layout(ranges.map(\.count)),
            offset: 0,
            origin: ranges.map(\.lowerBound))
        return inspector.inspected(kernel, kind, of: output, item: number, result: result, sources: sources)
    }

    private func bindUpdate(_ parameter: Int, _ axes: [Int], _ norms: Norms?, _ number: Int) throws -> (any Kernel)? {
        let slice = unbound.updatedSlice(parameter, axes: axes, in: placed, worker: worker)
        guard !slice.isEmpty else { return nil }
        let holders = axes.isEmpty ? [worker] : placed.mesh.group(of: worker, along: axes)
        let parts = partialSums(of: .gradient(parameter: parameter), axes)
        let sum = TreeSum(nodes: parts.map(\.node), of: placed.terms(axes: axes, worker: worker).tree)
        let weights = memory.parameterAddress(parameter).assumingMemoryBound(to: Float.self)
        let gradients = parts.map { $0.address + slice.lowerBound }
        guard let rule = placed.rules[parameter] else { preconditionFailure("an update without a rule") }
        let updated = UpdatedSlice(
            rule: rule, rateFactor: placed.graph.parameters[parameter].options.rateFactor, weights: weights + slice.lowerBound,
            count: slice.count, slots: try slots(of: parameter, slice: slice),
            norms: norms.map { UpdatedSlice.OwnNorms(all: $0, parameter: parameter, clips: placed.clipping != nil) })
        let kernel = UpdateKernel(gradients: gradients, sum: sum, slice: updated)
        guard let inspector, let layout = unbound.parameterLayouts[parameter] else { return kernel }
        return inspector.inspected(
            kernel, updateOf: parameter, item: number, layout: layout, elements: slice, slice: updated, gradients: gradients,
            terms: parts.map(\.node), isExchange: holders.count > 1)
    }

    /// The slices that the same lane of other devices updated.
    private func bindGather(_ parameter: Int, _ axes: [Int], _ number: Int) -> (any Kernel)? {
        let elements = unbound.storedElements(parameter)
        let own = memory.parameterAddress(parameter).assumingMemoryBound(to: Float.self)
        let parts = placed.mesh.group(of: worker, along: axes)
            .filter { placed.mesh.device(of: $0) != device && placed.mesh.lane(of: $0) == lane }
            .map { peer -> (slice: Range<Int>, part: ParameterGatherKernel.Part) in
                let slice = placed.slice(ofElements: elements, axes: axes, worker: peer)
                let theirs = transport.numbers(.parameter(parameter, device: placed.mesh.device(of: peer)), by: worker)
                let part = ParameterGatherKernel.Part(
                    source: theirs + slice.lowerBound,
                    destination: own + slice.lowerBound, count: slice.count)
                return (slice, part)
            }
        guard !parts.isEmpty else { return nil }
        let kernel = ParameterGatherKernel(parts.map(\.part), cachedElements: stream.engine.caches.gatheredElements)
        guard let inspector, let layout = unbound.parameterLayouts[parameter] else { return kernel }
        return inspector.inspected(kernel, gatherOf: parameter, item: number, layout: layout, parts: parts)
    }

    /// Of workers that hold the same examples' results, the first along the axes where they are replicated reports them.
    private func reports() -> [WorkerPlan.Report] {
        let coordinates = placed.mesh.coordinates(of: worker)
        return unbound.results.compactMap { result in
            let place = placed.outputs[result.output]
            let placements = placed[place].placements
            guard coordinates.indices.allSatisfy({ placements[$0] == .split(0) || coordinates[$0] == 0 }) else { return nil }
            return WorkerPlan.Report(
                output: result.output, role: placed.graph.outputs[result.output].role,
                rows: placed.ranges(of: place, worker: worker, microStep: result.microStep)[0], values: numbers(result.buffer),
                width: placed.graph.type(placed.graph.outputs[result.output].value).shape.dimensions.dropFirst().reduce(1, *))
        }
    }

    func numbers(_ buffer: UnboundPlan.BufferID) -> UnsafePointer<Float> {
        UnsafePointer(memory.address(of: buffer, in: purpose).assumingMemoryBound(to: Float.self))
    }
}

/// Copies the slices of a parameter that other devices updated.
final class ParameterGatherKernel: Kernel {
    struct Part {
        let source: UnsafePointer<Float>
        let destination: UnsafeMutablePointer<Float>
        let count: Int
    }

    private let parts: [Part]

    /// A slice of more than this belongs to a parameter that is not in a cache any more when the next step reads it.
    private let cachedElements: Int

    init(_ parts: [Part], cachedElements: Int) {
        self.parts = parts
        self.cachedElements = cachedElements
    }

    func run(_ step: StepArguments) throws {
        for part in parts {
            if part.count > cachedElements {
                ckernels_copy_past(InstructionSet.best.number, Int64(part.count), part.source, part.destination)
            } else {
                part.destination.update(from: part.source, count: part.count)
            }
        }
    }
}
