import Networks
import Parallelism
import Tensors

/// Turns a placed graph into one worker's plan on paper: chooses kernels, carries layouts from one to the next, puts
/// reorders where two disagree and barriers where workers read each other's memory, and finds what may share memory.
///
/// A worker of several shards goes through the network once for each: the plan has all turns, one behind the other, with
/// kernels for each shard's own shape, so that a shard's numbers do not depend on who computes it.
struct Planner {
    private let placed: PlacedGraph
    private let worker: Int
    private let engine: Engine
    private var plan = PaperPlan()
    private var homes: [PlacedID: (buffer: PaperPlan.BufferID, layout: Layout)] = [:]
    private var others: [PlacedID: [(buffer: PaperPlan.BufferID, layout: Layout)]] = [:]
    private var consumers: [PlacedID: [Int]] = [:]
    private var parameterOfPlace: [PlacedID: Int] = [:]
    private let gradients: [PlacedID: (parameter: Int, axes: [Int])]
    private var turn = 0
    private var fused: Set<Int> = []
    /// What the turns so far have made of each parameter's gradient.
    private var partialSums: [Int: [PaperPlan.PartialSum]] = [:]
    /// What was written since the last barrier and may not be read by others yet.
    private var unpublished: Set<PaperPlan.BufferID> = []
    private let decided: SharedLayouts?
    private let purpose: PlanPurpose

    /// - Parameter decided: what worker 0 decided; `nil` for worker 0 itself.
    static func plan(
        _ placed: PlacedGraph, worker: Int, purpose: PlanPurpose, engine: Engine, parameters: [Int: Layout],
        decided: SharedLayouts?
    ) throws -> PaperPlan {
        var planner = Planner(
            placed, worker: worker, purpose: purpose, engine: engine, parameters: parameters, decided: decided)
        for turn in 0..<placed.turnCount(of: worker) { try planner.addTurn(turn) }
        for instruction in placed.updateInstructions { try planner.addUpdate(instruction) }
        planner.finish()
        return planner.plan
    }

    private init(
        _ placed: PlacedGraph, worker: Int, purpose: PlanPurpose, engine: Engine, parameters: [Int: Layout],
        decided: SharedLayouts?
    ) {
        self.placed = placed
        self.worker = worker
        self.purpose = purpose
        self.engine = engine
        self.decided = decided
        plan.parameterLayouts = parameters
        gradients = placed.gradients
        for (index, place) in placed.parameters.enumerated() { parameterOfPlace[place] = index }
        for (index, instruction) in placed.instructions.enumerated() {
            switch instruction {
            case .compute(_, _, let inputs, _): for input in inputs { consumers[input, default: []].append(index) }
            case .collective(_, _, let input, _): consumers[input, default: []].append(index)
            case .load, .reduceGradient, .update, .gatherParameter: break
            }
        }
    }

    // MARK: Turns

    private mutating func addTurn(_ turn: Int) throws {
        self.turn = turn
        fused = []
        // Parameters, and copies of them in other layouts, stay for all turns.
        homes = homes.filter { parameterOfPlace[$0.key] != nil }
        others = others.filter { parameterOfPlace[$0.key] != nil }
        for (index, instruction) in placed.turnInstructions.enumerated() where !fused.contains(index) {
            try add(instruction, index: index)
            for output in instruction.outputs { try addSummand(output) }
        }
        guard let losses = homes[placed.losses], let ranks = homes[placed.ranks] else { return }
        plan.results.append(PaperPlan.Result(losses: losses.buffer, ranks: ranks.buffer))
    }

    /// Where a parameter's gradient has come to be: adds it to those of earlier turns as far as the tree allows.
    private mutating func addSummand(_ output: PlacedID) throws {
        guard let (parameter, axes) = gradients[output] else { return }
        var sums = partialSums[parameter] ?? []
        let summand = placed.summands(axes: axes, worker: worker).places.lowerBound + turn
        let buffer = try obtain(output, in: parameterLayout(parameter))
        sums.append(PaperPlan.PartialSum(node: summand..<summand + 1, buffer: buffer))
        for (left, right) in placed.additions(axes: axes, worker: worker, turn: turn) {
            let source = sums.removeLast().buffer
            let destination = sums.removeLast().buffer
            use(source)
            use(destination)
            plan.items.append(.accumulate(parameter: parameter, from: source, into: destination))
            unpublished.insert(destination)
            sums.append(PaperPlan.PartialSum(node: left.lowerBound..<right.upperBound, buffer: destination))
        }
        partialSums[parameter] = sums
    }

    private mutating func addUpdate(_ instruction: PlacedInstruction) throws {
        switch instruction {
        case .reduceGradient(let parameter, _, _):
            for sum in partialSums[parameter] ?? [] { publish(sum.buffer) }
        case .update(let parameter, _, let axes):
            let sums = partialSums[parameter] ?? []
            for sum in sums {
                use(sum.buffer)
                if !axes.isEmpty { keepForPeers(sum.buffer) }
            }
            plan.items.append(.update(parameter: parameter, gradients: sums, axes: axes))
            if let place = homes[placed.parameters[parameter]] { unpublished.insert(place.buffer) }
        case .gatherParameter(let parameter, let axes):
            if let place = homes[placed.parameters[parameter]] { publish(place.buffer) }
            plan.items.append(.gather(parameter: parameter, axes: axes))
        case .load, .compute, .collective:
            preconditionFailure("the updates come after all turns")
        }
    }

    // MARK: Instructions

    private mutating func add(_ instruction: PlacedInstruction, index: Int) throws {
        switch instruction {
        case .load(let id):
            let type = placed.local(id, worker: worker, turn: turn).type
            let isLabels = type.element == .int32
            let layout = Layout.plain(type.shape.dimensions, type: isLabels ? .i32 : .f32)
            let buffer = newBuffer(layout.byteCount)
            homes[id] = (buffer, layout)
            plan.items.append(
                .load(
                    isLabels: isLabels, block: ExchangeBlock(ranges: placed.ranges(of: id, worker: worker, turn: turn)),
                    whole: ExchangeBlock(ranges: placed[id].type.shape.dimensions.map { 0..<$0 }), buffer))
        case .compute(let node, let divisions, let inputs, let outputs):
            try addCompute(node, divisions, inputs, outputs)
        case .collective(let kind, let axes, let input, let output):
            try addExchange(kind, axes, input, output, index: index)
        case .reduceGradient, .update, .gatherParameter:
            preconditionFailure("the updates come after all turns")
        }
    }

    private mutating func addCompute(
        _ id: NodeID, _ divisions: [PlacementRule.Division], _ inputs: [PlacedID], _ outputs: [PlacedID]
    ) throws {
        let node = placed.graph.node(id)
        let operation = placed.localOperation(id, divisions: divisions, outputs: outputs, worker: worker, turn: turn)
        guard let computable = operation as? any ComputableOperation else {
            throw ExecutionError.noKernel(operation: operation.name)
        }
        var outputs = outputs
        var activation: FusedActivation?
        if let (index, function, result) = fusableActivation(after: operation, outputs: outputs) {
            fused.insert(index)
            activation = function
            outputs = [result]
        }
        let request = KernelRequest(
            engine: engine,
            inputs: inputs.map {
                KernelRequest.Input(type: placed.local($0, worker: worker, turn: turn).type, layout: offered($0))
            },
            outputs: outputs.map {
                KernelRequest.Output(
                    type: placed.local($0, worker: worker, turn: turn).type,
                    wanted: gradients[$0].flatMap { plan.parameterLayouts[$0.parameter] })
            },
            activation: activation)
        let choice: KernelChoice
        do {
            choice = try computable.kernel(for: request)
        } catch {
            throw failure(error, layer: node.layer, operation: operation.name)
        }
        for (input, layout) in zip(inputs, choice.inputs) { decideParameter(input, layout) }
        var sources = [PaperPlan.BufferID]()
        for (input, layout) in zip(inputs, choice.inputs) { sources.append(try obtain(input, in: layout)) }
        let results = outputs.indices.map { newBuffer(choice.outputs[$0].byteCount) }
        for source in sources { use(source) }
        plan.items.append(
            .kernel(choice, inputs: sources, outputs: results, title: operation.name, layer: node.layer))
        for (index, output) in outputs.enumerated() {
            homes[output] = (results[index], choice.outputs[index])
            unpublished.insert(results[index])
        }
        if choice.isRenaming { plan.buffers[results[0].index].takesOver = sources[0] }
        for output in outputs {
            guard let (parameter, _) = gradients[output], let layout = plan.parameterLayouts[parameter] else { continue }
            homes[output] = (try obtain(output, in: layout), layout)
        }
    }

    /// The activation that may be fused into an operation: the only reader of its output.
    private func fusableActivation(
        after operation: any Networks.Operation, outputs: [PlacedID]
    ) -> (index: Int, function: FusedActivation, result: PlacedID)? {
        guard operation is Convolution || operation is InnerProduct, let readers = consumers[outputs[0]], readers.count == 1,
            case .compute(let next, _, _, let results) = placed.instructions[readers[0]],
            let activation = placed.graph.node(next).operation as? Activation
        else { return nil }
        switch activation.function {
        case .relu: return (readers[0], .relu, results[0])
        case .tanh: return activation.function == .tanh ? (readers[0], .tanh, results[0]) : nil
        case .sigmoid: return (readers[0], .sigmoid, results[0])
        }
    }

    private mutating func addExchange(
        _ kind: CollectiveKind, _ axes: [Int], _ input: PlacedID, _ output: PlacedID, index: Int
    ) throws {
        let type = placed.local(output, worker: worker, turn: turn).type
        let format: ExchangeFormat
        if let decided = plan.formats[index] ?? decided?.formats[purpose]?[index] {
            format = decided
        } else {
            let channels = [input, output].map { id in
                let shape = placed.local(id, worker: worker, turn: turn).type.shape
                return shape.rank > 1 ? shape[1] : 1
            }
            format = ExchangeFormat(of: offered(input), channels: channels)
        }
        plan.formats[index] = format
        let source = try obtain(input, in: format.layout(placed.local(input, worker: worker, turn: turn).type.shape.dimensions))
        let layout = format.layout(type.shape.dimensions)
        if kind != .slice { publish(source) }
        let destination = newBuffer(layout.byteCount)
        use(source)
        if kind != .slice { keepForPeers(source) }
        plan.items.append(
            .exchange(
                PaperPlan.Exchange(
                    instruction: index, turn: turn, kind: kind, axes: axes, input: input, output: output, source: source,
                    destination: destination, title: placed[output].name)))
        homes[output] = (destination, layout)
        unpublished.insert(destination)
    }

    // MARK: Layouts

    private mutating func decideParameter(_ id: PlacedID, _ layout: Layout) {
        guard let parameter = parameterOfPlace[id], plan.parameterLayouts[parameter] == nil else { return }
        plan.parameterLayouts[parameter] = layout
    }

    private func parameterLayout(_ parameter: Int) -> Layout {
        guard let layout = plan.parameterLayouts[parameter] else {
            preconditionFailure("an update of a parameter that nobody reads")
        }
        return layout
    }

    private mutating func parameterHome(_ id: PlacedID) -> (buffer: PaperPlan.BufferID, layout: Layout)? {
        if let home = homes[id] { return home }
        guard let parameter = parameterOfPlace[id], let layout = plan.parameterLayouts[parameter] else { return nil }
        let buffer = newBuffer(layout.byteCount, storage: .parameter(parameter))
        homes[id] = (buffer, layout)
        return (buffer, layout)
    }

    private func offered(_ id: PlacedID) -> Layout {
        if let home = homes[id] { return home.layout }
        let dims = placed.local(id, worker: worker, turn: turn).type.shape.dimensions
        guard let parameter = parameterOfPlace[id] else { preconditionFailure("\(placed[id].name) is read before it is made") }
        return plan.parameterLayouts[parameter] ?? .any(dims)
    }

    /// The value's buffer in a layout: its home if that is it, a copy made before, or a reorder added now.
    private mutating func obtain(_ id: PlacedID, in layout: Layout) throws -> PaperPlan.BufferID {
        guard let home = parameterHome(id) else { preconditionFailure("\(placed[id].name) is read before it is made") }
        if home.layout.isInterchangeable(with: layout) { return home.buffer }
        if let copy = others[id]?.first(where: { $0.layout.isInterchangeable(with: layout) }) { return copy.buffer }
        let choice = try KernelChoice.reorder(engine: engine, from: home.layout, to: layout)
        let buffer = newBuffer(layout.byteCount)
        use(home.buffer)
        plan.items.append(
            .kernel(choice, inputs: [home.buffer], outputs: [buffer], title: "reorder", layer: placed[id].name))
        plan.reorders.append((placed[id].name, home.layout, layout))
        unpublished.insert(buffer)
        others[id, default: []].append((buffer, layout))
        return buffer
    }

    // MARK: Buffers

    private mutating func newBuffer(_ byteCount: Int, storage: PaperPlan.Storage = .arena) -> PaperPlan.BufferID {
        let id = PaperPlan.BufferID(index: plan.buffers.count)
        plan.buffers.append(
            PaperPlan.Buffer(byteCount: byteCount, storage: storage, first: plan.items.count, last: plan.items.count))
        return id
    }

    private mutating func use(_ id: PaperPlan.BufferID) {
        plan.buffers[id.index].last = max(plan.buffers[id.index].last, plan.items.count)
    }

    /// Peers read the buffer in the item added next: it stays until the barrier after that, resolved in `finish`.
    private mutating func keepForPeers(_ id: PaperPlan.BufferID) {
        readByPeers.append((id, plan.items.count))
    }
    private var readByPeers: [(buffer: PaperPlan.BufferID, item: Int)] = []

    /// Sees to a barrier between the writing of a buffer and its reading by peers.
    private mutating func publish(_ id: PaperPlan.BufferID) {
        guard placed.mesh.workerCount > 1, unpublished.contains(id) else { return }
        plan.items.append(.barrier)
        unpublished.removeAll()
    }

    private mutating func finish() {
        let end = plan.items.count
        for (buffer, item) in readByPeers {
            let barrier = (item..<end).first { if case .barrier = plan.items[$0] { true } else { false } } ?? end
            plan.buffers[buffer.index].last = max(plan.buffers[buffer.index].last, barrier)
        }
        for buffer in plan.results.flatMap({ [$0.losses, $0.ranks] }) { plan.buffers[buffer.index].last = end }
        mergeRenamings()
        shareInPlace()
    }

    /// A renaming's output lives in its input's memory, so that memory lives as long as either.
    private mutating func mergeRenamings() {
        for index in plan.buffers.indices where plan.buffers[index].takesOver != nil {
            let owner = plan.owner(of: PaperPlan.BufferID(index: index))
            plan.buffers[owner.index].last = max(plan.buffers[owner.index].last, plan.buffers[index].last)
        }
    }

    /// Lets outputs take over the memory of inputs that nobody reads afterwards.
    private mutating func shareInPlace() {
        for (position, item) in plan.items.enumerated() {
            guard case .kernel(let choice, let inputs, let outputs, _, _) = item, !choice.isRenaming else { continue }
            for (output, reuse) in zip(outputs, choice.reuse) {
                guard let reuse else { continue }
                let owner = plan.owner(of: inputs[reuse])
                let isReadTwice = inputs.enumerated().contains { $0.offset != reuse && plan.owner(of: $0.element) == owner }
                guard plan.buffers[owner.index].storage == .arena, plan.buffers[owner.index].last == position, !isReadTwice,
                    plan.buffers[owner.index].byteCount >= plan.buffers[output.index].byteCount,
                    plan.buffers[output.index].takesOver == nil
                else { continue }
                plan.buffers[output.index].takesOver = owner
                // Renamings of the output already count towards its own lifetime.
                plan.buffers[owner.index].last = plan.buffers[output.index].last
            }
        }
    }

    private func failure(_ error: any Error, layer: String, operation: String) -> ExecutionError {
        .kernelFailed(
            device: placed.mesh.device(of: worker), lane: placed.mesh.lane(of: worker), layer: layer, operation: operation,
            reason: "\(error)")
    }
}
