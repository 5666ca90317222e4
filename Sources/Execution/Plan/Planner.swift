import Networks
import Parallelism
import Tensors

/// Turns a placed graph into one worker's plan on paper: chooses kernels, carries layouts from one to the next, puts
/// reorders where two disagree and barriers where workers read each other's memory, and finds what may share memory.
///
/// A worker of several shards goes through the network once for each: the plan has all turns, one behind the other, with
/// kernels for each shard's own shape, so that a shard's numbers do not depend on who computes it.
struct Planner {
    let placed: PlacedGraph
    let worker: Int
    let engine: Engine
    /// With what this plan has decided, so that what is computed twice is computed by one kernel.
    var selection: KernelSelection
    let precision: Precision
    /// Whether the gradients' memory stays theirs to the step's end, for somebody who asks for them.
    let keepsGradients: Bool
    var plan = UnboundPlan()
    var homes: [PlacedID: (buffer: UnboundPlan.BufferID, layout: Layout)] = [:]
    var others: [PlacedID: [(buffer: UnboundPlan.BufferID, layout: Layout)]] = [:]
    var consumers: [PlacedID: [Int]] = [:]
    var parameterOfPlace: [PlacedID: Int] = [:]
    let gradients: [PlacedID: (parameter: Int, axes: [Int])]
    var turn = 0
    var fused: Set<Int> = []
    /// What the turns so far have made of each parameter's gradient.
    var partialSums: [Int: [UnboundPlan.PartialSum]] = [:]
    let barriers: BarrierSchedule
    /// What the collectives behind the last barrier read: laid out before it.
    var published: [Int: UnboundPlan.BufferID] = [:]
    /// Buffers that peers read, and in which item.
    var readByPeers: [(buffer: UnboundPlan.BufferID, item: Int)] = []
    /// Updates that need no other worker, by the instruction of the last turn after which nothing reads the parameter.
    let earlyUpdates: [Int: [Int]]
    /// Gradients whose memory is to stay theirs.
    var keptGradients: [UnboundPlan.BufferID] = []
    let decided: SharedLayouts?
    let purpose: PlanPurpose

    /// - Parameter decided: what worker 0 decided; `nil` for worker 0 itself.
    static func plan(
        _ placed: PlacedGraph, worker: Int, purpose: PlanPurpose, engine: Engine, selection: KernelSelection,
        precision: Precision, keepsGradients: Bool, parameters: [Int: Layout], decided: SharedLayouts?
    ) throws -> UnboundPlan {
        var planner = Planner(
            placed, worker: worker, purpose: purpose, engine: engine, selection: selection, precision: precision,
            keepsGradients: keepsGradients, parameters: parameters, decided: decided)
        for turn in 0..<placed.turnCount(of: worker) { try planner.addTurn(turn) }
        try planner.addUpdates()
        planner.finish()
        return planner.plan
    }

    private init(
        _ placed: PlacedGraph, worker: Int, purpose: PlanPurpose, engine: Engine, selection: KernelSelection,
        precision: Precision, keepsGradients: Bool, parameters: [Int: Layout], decided: SharedLayouts?
    ) {
        self.placed = placed
        self.worker = worker
        self.purpose = purpose
        self.engine = engine
        self.selection = selection
        self.precision = precision
        self.keepsGradients = keepsGradients
        self.decided = decided
        plan.parameterLayouts = parameters
        gradients = placed.gradients
        for (index, place) in placed.parameters.enumerated() { parameterOfPlace[place] = index }
        consumers = placed.consumers
        barriers = BarrierSchedule(placed)
        earlyUpdates = placed.turnCount(of: worker) > 0 ? placed.earlyUpdates : [:]
    }

    // MARK: Instructions

    mutating func add(_ instruction: PlacedInstruction, index: Int) throws {
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
            account(forLoading: id)
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
        let made = outputs
        var outputs = outputs
        var activation: FusedActivation?
        var fusedActivation: Int?
        if let (index, function, result) = fusableActivation(after: operation, outputs: outputs) {
            fused.insert(index)
            fusedActivation = index
            activation = function
            outputs = [result]
        }
        var request = KernelRequest(
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
        request.precision = precision
        let choice: KernelChoice
        do {
            choice = try choose(computable, request, node: id)
        } catch {
            throw failure(error, layer: node.layer, operation: operation.name)
        }
        for (input, layout) in zip(inputs, choice.inputs) { decideParameter(input, layout) }
        var sources = [UnboundPlan.BufferID]()
        for (input, layout) in zip(inputs, choice.inputs) { sources.append(try obtain(input, in: layout)) }
        let results = outputs.indices.map { newBuffer(choice.outputs[$0].byteCount) }
        for source in sources { use(source) }
        plan.items.append(
            .kernel(choice, inputs: sources, outputs: results, title: operation.name, layer: node.layer))
        account(forComputing: .compute(node: id, divisions: divisions, inputs: inputs, outputs: made), fused: fusedActivation)
        for (index, output) in outputs.enumerated() {
            homes[output] = (results[index], choice.outputs[index])
        }
        if choice.isRenaming { plan.buffers[results[0].index].takesOver = sources[0] }
        for (output, written) in zip(outputs, choice.outputs) {
            guard let (parameter, _) = gradients[output], let layout = plan.parameterLayouts[parameter] else { continue }
            if written.type == .f32 { plan.gradientLayouts[parameter] = written }
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
        let source = try published.removeValue(forKey: index) ?? source(ofCollective: index, input, output)
        let type = placed.local(output, worker: worker, turn: turn).type
        guard let layout = plan.formats[index]?.layout(type.shape.dimensions) else {
            preconditionFailure("a source that was laid out without a format")
        }
        let destination = newBuffer(layout.byteCount)
        use(source)
        if kind != .slice { keepForPeers(source) }
        plan.items.append(
            .exchange(
                UnboundPlan.Exchange(
                    instruction: index, turn: turn, kind: kind, axes: axes, input: input, output: output, source: source,
                    destination: destination, title: placed[output].name)))
        account(forExchanging: index)
        homes[output] = (destination, layout)
    }

    /// What a collective reads, in the format in which the tensor is exchanged.
    mutating func source(ofCollective index: Int, _ input: PlacedID, _ output: PlacedID) throws -> UnboundPlan.BufferID {
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
        return try obtain(input, in: format.layout(placed.local(input, worker: worker, turn: turn).type.shape.dimensions))
    }

    // MARK: Layouts

    private mutating func decideParameter(_ id: PlacedID, _ layout: Layout) {
        guard let parameter = parameterOfPlace[id], plan.parameterLayouts[parameter] == nil else { return }
        // Parameters are in single precision, whatever the kernels read.
        plan.parameterLayouts[parameter] = layout.type == .f32 ? layout : layout.format(type: .f32)
    }

    func parameterLayout(_ parameter: Int) -> Layout {
        guard let layout = plan.parameterLayouts[parameter] else {
            preconditionFailure("an update of a parameter that nobody reads")
        }
        return layout
    }

    mutating func parameterHome(_ id: PlacedID) -> (buffer: UnboundPlan.BufferID, layout: Layout)? {
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
    mutating func obtain(_ id: PlacedID, in layout: Layout) throws -> UnboundPlan.BufferID {
        guard let home = parameterHome(id) else { preconditionFailure("\(placed[id].name) is read before it is made") }
        if home.layout.isInterchangeable(with: layout) { return home.buffer }
        if let copy = others[id]?.first(where: { $0.layout.isInterchangeable(with: layout) }) { return copy.buffer }
        let choice = try KernelChoice.reorder(engine: engine, from: home.layout, to: layout)
        let buffer = newBuffer(layout.byteCount)
        use(home.buffer)
        plan.items.append(
            .kernel(choice, inputs: [home.buffer], outputs: [buffer], title: "reorder", layer: placed[id].name))
        account(forReordering: id)
        plan.reorders.append((placed[id].name, home.layout, layout))
        others[id, default: []].append((buffer, layout))
        return buffer
    }

    private func failure(_ error: any Error, layer: String, operation: String) -> ExecutionError {
        .kernelFailed(
            device: placed.mesh.device(of: worker), lane: placed.mesh.lane(of: worker), step: nil, layer: layer,
            operation: operation,
            reason: "\(error)")
    }
}
