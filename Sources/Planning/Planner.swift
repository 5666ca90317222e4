import KernelChoices
import Layouts
import Networks
import Parallelism
import Tensors

/// Binds a worker's program to kernels, layouts and buffers, but to no memory yet: it carries layouts from one instruction to the next,
/// puts reorders where two disagree, fuses activations, and finds what may share memory. It adds nothing that another worker has to know.
///
/// A worker of several micro-batches goes through the network once for each: the plan has all micro-steps, one behind the other, with
/// kernels for each micro-batch's own shape, so that a micro-batch's numbers do not depend on who computes it.
struct Planner {
    let placed: PlacedGraph
    let program: Program
    let engine: any KernelEngine
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
    let summed: [PlacedID: [(sum: BatchSum, axes: [Int])]]
    /// The micro-step at work; nil before the first one.
    private var begunMicroStep: Int?
    /// The activations of the micro-step that are part of the kernel before them, by their places in the placed graph.
    private var fused: Set<Int> = []
    /// Of micro-steps that go on in a later segment, where their tensors lie.
    private var suspended: [Int: MicroStepState] = [:]
    /// What is the same in all micro-steps.
    private let batchSums: Set<PlacedID>
    /// What the micro-steps so far have made of each sum.
    var partialSums: [BatchSum: [PartialSum]] = [:]
    /// What the collectives behind the last signal read: laid out before it.
    private var published: [Int: UnboundPlan.BufferID] = [:]
    /// The signal that is given before the wait behind it.
    var signal: Instruction?
    /// What is summed in the update.
    var reductions: [Int: Instruction] = [:]
    /// Sums of squares of this worker's slices.
    var squares: [UnboundPlan.BufferID] = []
    /// The norms that this worker has made.
    var norms: UnboundPlan.BufferID?
    /// Buffers that peers have begun to read since the worker waited for them.
    var readByPeers: [UnboundPlan.BufferID] = []
    /// Gradients whose memory is to stay theirs.
    var keptGradients: [UnboundPlan.BufferID] = []
    let decided: SharedLayouts?
    let purpose: PlanPurpose

    private struct MicroStepState {
        var homes: [PlacedID: (buffer: UnboundPlan.BufferID, layout: Layout)] = [:]
        var others: [PlacedID: [(buffer: UnboundPlan.BufferID, layout: Layout)]] = [:]
        var fused: Set<Int> = []
    }

    /// A node of the tree of terms, and where its sum lies.
    struct PartialSum {
        let node: Range<Int>
        let buffer: UnboundPlan.BufferID
    }

    var worker: Int { program.worker }
    var microStep: Int { begunMicroStep ?? 0 }

    /// - Parameter decided: what worker 0 decided; `nil` for worker 0 itself.
    static func plan(
        _ placed: PlacedGraph, worker: Int, purpose: PlanPurpose, engine: any KernelEngine, selection: KernelSelection,
        precision: Precision, keepsGradients: Bool, parameters: [Int: Layout], decided: SharedLayouts?
    ) throws -> UnboundPlan {
        var planner = Planner(
            placed, worker: worker, purpose: purpose, engine: engine, selection: selection, precision: precision,
            keepsGradients: keepsGradients, parameters: parameters, decided: decided)
        for instruction in planner.program.instructions { try planner.add(instruction) }
        planner.finish()
        return planner.plan
    }

    private init(
        _ placed: PlacedGraph, worker: Int, purpose: PlanPurpose, engine: any KernelEngine, selection: KernelSelection,
        precision: Precision, keepsGradients: Bool, parameters: [Int: Layout], decided: SharedLayouts?
    ) {
        self.placed = placed
        self.purpose = purpose
        self.engine = engine
        self.selection = selection
        self.precision = precision
        self.keepsGradients = keepsGradients
        self.decided = decided
        program = Program(of: placed, worker: worker)
        plan.parameterLayouts = parameters
        summed = placed.summed
        batchSums = placed.batchSums
        for (index, place) in placed.parameters.enumerated() { parameterOfPlace[place] = index }
        consumers = placed.consumers
    }

    // MARK: Instructions

    private mutating func add(_ instruction: Instruction) throws {
        if let microStep = instruction.microStep, microStep != begunMicroStep { begin(microStep) }
        switch instruction.action {
        case .load(let id): addLoad(id, instruction)
        case .compute(let node, let operation, let place, let inputs, let outputs):
            guard !fused.contains(place) else { return }
            try addCompute(node, operation, inputs, outputs, instruction)
            for output in outputs { try addPartialSums(output, instruction) }
            try addResults(of: outputs, instruction)
        case .collective(let kind, let place, _, let input, let output):
            try addExchange(kind, place, input, output, instruction)
            try addResults(of: [output], instruction)
            try addPartialSums(output, instruction)
        case .add(let sum, let term, let left, let right): add(left, right, of: sum, term, instruction)
        case .sumOverBatch(_, let axes, let input, let output): addSum(axes, input, output, instruction)
        case .reduce(let parameter, _, _): reductions[parameter] = instruction
        case .squares(let parameter, _, _): addSquares(parameter, instruction)
        case .norms: addNorms(instruction)
        case .update(let parameter, _, let axes): addUpdate(parameter, axes, instruction)
        case .gather: plan.items.append(UnboundPlan.Item(instruction: instruction))
        case .signal(_, let publishing):
            for collective in publishing {
                guard case .collective(_, _, let input, let output) = placed.instructions[collective] else { continue }
                published[collective] = try source(ofCollective: collective, input, output, for: instruction)
            }
            signal = instruction
        case .wait: addWait(instruction)
        }
    }

    private mutating func begin(_ microStep: Int) {
        if let last = begunMicroStep, !batchSums.isEmpty {
            suspended[last] = MicroStepState(
                homes: homes.filter { !isLasting($0.key) }, others: others.filter { !isLasting($0.key) }, fused: fused)
        }
        begunMicroStep = microStep
        let state = suspended.removeValue(forKey: microStep) ?? MicroStepState()
        fused = state.fused
        homes = homes.filter { isLasting($0.key) }.merging(state.homes) { lasting, _ in lasting }
        others = others.filter { isLasting($0.key) }.merging(state.others) { lasting, _ in lasting }
    }

    /// Parameters, sums over the batch, and copies of them in other layouts, stay for all micro-steps.
    private func isLasting(_ id: PlacedID) -> Bool {
        parameterOfPlace[id] != nil || batchSums.contains(id)
    }

    private mutating func addLoad(_ id: PlacedID, _ instruction: Instruction) {
        let type = placed.local(id, worker: worker, microStep: microStep).type
        let layout = Layout.plain(type.shape.dimensions, type: type.element == .int32 ? .i32 : .f32)
        let buffer = newBuffer(layout.byteCount)
        homes[id] = (buffer, layout)
        plan.items.append(UnboundPlan.Item(instruction: instruction, outputs: [buffer]))
    }

    private mutating func addCompute(
        _ id: NodeID, _ operation: any Networks.Operation, _ inputs: [PlacedID], _ outputs: [PlacedID], _ instruction: Instruction
    ) throws {
        guard let computable = engine.computable(operation) else {
            throw ExecutionError.noKernel(operation: operation.name)
        }
        var outputs = outputs
        var activation: FusedActivation?
        var fusedInstruction: Instruction?
        if let (index, function, result) = fusableActivation(after: operation, outputs: outputs) {
            fused.insert(index)
            fusedInstruction = self.instruction(computing: index, after: instruction)
            activation = function
            outputs = [result]
        }
        let request = request(inputs, outputs, activation)
        let choice: KernelChoice
        do {
            choice = try choose(computable, request, node: id)
        } catch {
            throw failure(error, layer: instruction.layer, operation: operation.name)
        }
        for (input, layout) in zip(inputs, choice.inputs) { decideParameter(input, layout) }
        var sources = [UnboundPlan.BufferID]()
        for (input, layout) in zip(inputs, choice.inputs) { sources.append(try obtain(input, in: layout, for: instruction)) }
        let results = outputs.indices.map { newBuffer(choice.outputs[$0].byteCount) }
        for source in sources { use(source) }
        plan.items.append(
            UnboundPlan.Item(
                instruction: instruction, included: fusedInstruction, choice: choice, inputs: sources, outputs: results))
        for (index, output) in outputs.enumerated() {
            homes[output] = (results[index], choice.outputs[index])
        }
        if choice.isRenaming { plan.buffers[results[0].index].takesOver = sources[0] }
        for (output, written) in zip(outputs, choice.outputs) {
            guard let parameter = parameterOfGradient(output), let layout = plan.parameterLayouts[parameter] else { continue }
            if written.type == .f32 { plan.gradientLayouts[parameter] = written }
            homes[output] = (try obtain(output, in: layout, for: instruction), layout)
        }
    }

    private func request(
        _ inputs: [PlacedID], _ outputs: [PlacedID], _ activation: FusedActivation?
    ) -> KernelRequest {
        func type(_ id: PlacedID) -> TensorType { placed.local(id, worker: worker, microStep: microStep).type }
        var request = KernelRequest(
            engine: engine, inputs: inputs.map { KernelRequest.Input(type: type($0), layout: offered($0)) },
            outputs: outputs.map { id in
                let wanted = parameterOfGradient(id).flatMap { plan.parameterLayouts[$0] }
                return KernelRequest.Output(type: type(id), wanted: wanted)
            }, activation: activation)
        request.precision = precision
        return request
    }

    /// The instruction of the same micro-step that computes what stands at `place` in the placed graph.
    private func instruction(computing place: Int, after first: Instruction) -> Instruction? {
        program.instructions[first.id...].first { instruction in
            guard case .compute(_, _, place, _, _) = instruction.action else { return false }
            return instruction.microStep == first.microStep
        }
    }

    /// Where the host finds those of the micro-step's losses, metrics and scores that were just computed. For scores it asks without
    /// learning only.
    private mutating func addResults(of outputs: [PlacedID], _ instruction: Instruction) throws {
        for (index, place) in placed.outputs.enumerated() where outputs.contains(place) {
            guard purpose == .inference || placed.graph.outputs[index].role != .scores else { continue }
            let dims = placed.local(place, worker: worker, microStep: microStep).type.shape.dimensions
            let buffer = try obtain(place, in: .plain(dims), for: instruction)
            plan.results.append(UnboundPlan.Result(output: index, microStep: microStep, buffer: buffer))
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
        case .tanh:
            // The library has none that is stretched.
            return activation.function == .tanh ? (readers[0], .tanh, results[0]) : nil
        case .sigmoid: return (readers[0], .sigmoid, results[0])
        // Its gradient reads what it was computed from.
        case .gelu: return nil
        }
    }

    private mutating func addExchange(
        _ kind: CollectiveKind, _ place: Int, _ input: PlacedID, _ output: PlacedID, _ instruction: Instruction
    ) throws {
        let source = try published.removeValue(forKey: place) ?? source(ofCollective: place, input, output, for: instruction)
        let type = placed.local(output, worker: worker, microStep: microStep).type
        guard let layout = plan.formats[place]?.layout(type.shape.dimensions) else {
            preconditionFailure("a source that was laid out without a format")
        }
        let destination = newBuffer(layout.byteCount)
        use(source)
        if kind != .slice { readByPeers.append(source) }
        plan.items.append(UnboundPlan.Item(instruction: instruction, inputs: [source], outputs: [destination]))
        homes[output] = (destination, layout)
    }

    /// What a collective reads, in the format in which the tensor is exchanged.
    private mutating func source(
        ofCollective index: Int, _ input: PlacedID, _ output: PlacedID, for instruction: Instruction
    ) throws -> UnboundPlan.BufferID {
        let format: ExchangeFormat
        if let decided = plan.formats[index] ?? decided?.formats[purpose]?[index] {
            format = decided
        } else {
            let channels = [input, output].map { id in
                let shape = placed.local(id, worker: worker, microStep: microStep).type.shape
                return shape.rank > 1 ? shape[1] : 1
            }
            format = ExchangeFormat(of: offered(input), channels: channels)
        }
        plan.formats[index] = format
        return try obtain(
            input, in: format.layout(placed.local(input, worker: worker, microStep: microStep).type.shape.dimensions),
            for: instruction)
    }

    private func failure(_ error: any Error, layer: String, operation: String) -> ExecutionError {
        .kernelFailed(
            device: placed.mesh.device(of: worker), lane: placed.mesh.lane(of: worker), step: nil, layer: layer,
            operation: operation,
            reason: "\(error)")
    }
}
