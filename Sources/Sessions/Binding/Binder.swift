import CKernels
import Devices
import Kernels
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
        for item in unbound.items {
            switch item {
            case .exchange(let exchange):
                publish(
                    .exchange(purpose, instruction: exchange.instruction, microStep: exchange.microStep, worker: worker),
                    exchange.source)
            case .squares(let parameter, _, let buffer):
                publish(.squares(parameter: parameter, worker: worker), buffer)
            case .update(let parameter, let gradients, _, _):
                for gradient in gradients {
                    publish(
                        .gradient(parameter: parameter, worker: worker, first: gradient.node.lowerBound), gradient.buffer)
                }
            case .load, .kernel, .wait, .accumulate, .norms, .gather: break
            }
        }
    }

    private func publish(_ name: Published, _ buffer: UnboundPlan.BufferID) {
        transport.publish(
            name, at: memory.address(of: buffer, in: purpose), byteCount: unbound.buffers[buffer.index].byteCount)
    }

    func bind() throws -> WorkerPlan {
        var items = [WorkerPlan.Item]()
        var labels = [WorkerPlan.Label]()
        var planItems = [PlanItem]()
        var places = [Int]()
        var gathers = [any Kernel]()
        for (place, item) in unbound.items.enumerated() {
            let (bound, label) = try bind(item, place)
            guard let bound else { continue }
            items.append(bound)
            labels.append(label)
            planItems.append(unbound.planItem(at: place))
            places.append(place)
            if case .gather = item, case .exchange(let kernel) = bound { gathers.append(kernel) }
        }
        return WorkerPlan(
            items: items, labels: labels, planItems: planItems, places: places, reports: reports(), gathers: gathers,
            device: device, lane: lane,
            worker: worker)
    }

    private func bind(_ item: UnboundPlan.Item, _ number: Int) throws -> (WorkerPlan.Item?, WorkerPlan.Label) {
        switch item {
        case .load(let input, let block, let whole, let buffer):
            let kernel = LoadKernel(
                input: input, block: block, whole: whole, destination: memory.address(of: buffer, in: purpose))
            let name = placed.graph.value(placed.graph.inputs[input]).name
            return (.load(kernel), WorkerPlan.Label(title: "load", layer: name))
        case .kernel(let choice, let inputs, let outputs, let title, let layer):
            let label = WorkerPlan.Label(title: title, layer: layer)
            guard !choice.isRenaming else { return (nil, label) }
            let kernel = try choice.bind(
                KernelMemory(
                    stream: stream, inputs: inputs.map { memory.address(of: $0, in: purpose) },
                    outputs: outputs.map { memory.address(of: $0, in: purpose) }, scratchpad: memory.scratchpad))
            let checked = checked(kernel, outputs: outputs)
            guard let stall, stall.worker == worker, purpose == .training else { return (.compute(checked), label) }
            return (.compute(StallFault.Standing(checked, step: stall.step)), label)
        case .wait(let wait):
            let needs = wait.awaits.map { StepSignals.Need(worker: $0.worker, count: $0.number) }
            return (
                .wait(WorkerPlan.Wait(signals: wait.gives != nil, needs: needs)),
                WorkerPlan.Label(title: wait.description(in: placed), layer: "")
            )
        case .exchange(let exchange):
            return (.exchange(bind(exchange, number)), WorkerPlan.Label(title: exchange.kind.rawValue, layer: exchange.title))
        case .accumulate(let parameter, let source, let destination):
            let kernel = AdditionKernel(
                left: memory.address(of: destination, in: purpose).assumingMemoryBound(to: Float.self),
                right: UnsafePointer(memory.address(of: source, in: purpose).assumingMemoryBound(to: Float.self)),
                count: unbound.storedElements(parameter))
            return (
                .compute(kernel),
                WorkerPlan.Label(title: "addition of micro-batches", layer: placed.graph.parameters[parameter].name)
            )
        case .squares(let parameter, let axes, let buffer):
            let label = WorkerPlan.Label(title: "squares", layer: placed.graph.parameters[parameter].name)
            return (.compute(bindSquares(parameter, axes, memory.address(of: buffer, in: purpose))), label)
        case .norms(let buffer):
            let norms = Norms(at: memory.address(of: buffer, in: purpose), parameters: placed.parameters.count)
            return (.exchange(bindNorms(norms)), WorkerPlan.Label(title: "norms", layer: "all gradients"))
        case .update(let parameter, _, let axes, let norms):
            let label = WorkerPlan.Label(title: "update", layer: placed.graph.parameters[parameter].name)
            let norms = norms.map { Norms(at: memory.address(of: $0, in: purpose), parameters: placed.parameters.count) }
            return (try bindUpdate(parameter, axes, norms, number).map { .compute($0) }, label)
        case .gather(let parameter, let axes):
            let label = WorkerPlan.Label(title: "all-gather", layer: placed.graph.parameters[parameter].name)
            return (bindGather(parameter, axes, number).map { .exchange($0) }, label)
        }
    }

    private func bind(_ exchange: UnboundPlan.Exchange, _ number: Int) -> any Kernel {
        let peers = exchange.kind == .slice ? [worker] : placed.mesh.group(of: worker, along: exchange.axes)
        let sources = peers.map { peer in
            ExchangeKernel.Source(
                block: ExchangeBlock(ranges: placed.ranges(of: exchange.input, worker: peer, microStep: exchange.microStep)),
                address: transport.numbers(
                    .exchange(purpose, instruction: exchange.instruction, microStep: exchange.microStep, worker: peer),
                    by: worker))
        }
        let ranges = placed.ranges(of: exchange.output, worker: worker, microStep: exchange.microStep)
        let destination = memory.address(of: exchange.destination, in: purpose).assumingMemoryBound(to: Float.self)
        let kernel = ExchangeKernel(
            reduces: exchange.kind.reduces, block: ExchangeBlock(ranges: ranges), destination: destination, sources: sources)
        guard let inspector, let format = unbound.formats[exchange.instruction] else { return kernel }
        return inspector.inspected(
            kernel, exchange, item: number, layout: format.layout(ranges.map(\.count)), block: ranges,
            destination: destination, sources: sources)
    }

    private func bindUpdate(_ parameter: Int, _ axes: [Int], _ norms: Norms?, _ number: Int) throws -> (any Kernel)? {
        let slice = unbound.updatedSlice(parameter, axes: axes, in: placed, worker: worker)
        guard !slice.isEmpty else { return nil }
        let holders = axes.isEmpty ? [worker] : placed.mesh.group(of: worker, along: axes)
        let parts = partialSums(of: parameter, axes)
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
