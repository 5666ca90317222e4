import Networks
import Tensors

/// Works out a worker's program from the placed graph.
struct ProgramBuilder {
    private let placed: PlacedGraph
    private let worker: Int
    private let device: Int
    private let schedule: SignalSchedule
    private let summed: [PlacedID: [(sum: BatchSum, axes: [Int])]]
    private let batchSums: Set<PlacedID>
    private let parameters: [PlacedID: Int]
    private var microStep: Int?
    private var signalCount = 0
    /// The place where it waited before.
    private var lastPlace: Int?
    private(set) var instructions: [Instruction] = []

    init(_ placed: PlacedGraph, worker: Int) {
        self.placed = placed
        self.worker = worker
        device = placed.mesh.device(of: worker)
        schedule = SignalSchedule(placed)
        summed = placed.summed
        batchSums = placed.batchSums
        parameters = Dictionary(placed.parameters.enumerated().map { ($1, $0) }) { first, _ in first }
    }

    mutating func build() {
        let microSteps = placed.microStepCount(of: worker)
        let early = microSteps > 0 ? placed.earlyUpdates : [:]
        for segment in placed.segments {
            for microStep in 0..<microSteps {
                self.microStep = microStep
                for place in segment.repeated {
                    let instruction = placed.instructions[place]
                    meet(before: place)
                    add(instruction, place: place)
                    for output in instruction.outputs { addPartialSums(of: output, microStep: microStep) }
                    guard microStep == microSteps - 1 else { continue }
                    for update in early[place] ?? [] { add(placed.instructions[update], place: update) }
                }
            }
            microStep = nil
            for place in segment.sums {
                meet(before: place)
                // Who has no micro-batch needs no sums over the batch.
                if microSteps > 0 { add(placed.instructions[place], place: place) }
            }
        }
        let done = Set(early.values.joined())
        for (place, instruction) in placed.instructions.enumerated().dropFirst(placed.microStepInstructionCount)
        where !done.contains(place) {
            meet(before: place)
            add(instruction, place: place)
        }
    }

    // MARK: Waiting

    private mutating func meet(before place: Int) {
        guard let index = schedule.index(before: place) else { return }
        let peers = schedule.peers(of: worker, at: index, after: lastPlace)
        lastPlace = index
        signalCount += 1
        let own = Signal(worker: worker, number: signalCount)
        add(.signal(own, publishing: schedule.places[index].collectives), microStep, "", "signal", "")
        add(
            .wait(peers.map { Signal(worker: $0, number: signalCount) }, place: place), microStep, "",
            "wait for \(peers.count) worker\(peers.count == 1 ? "" : "s")", "")
    }

    // MARK: Work

    private mutating func add(_ instruction: PlacedInstruction, place: Int) {
        switch instruction {
        case .load(let id):
            let block = local(id)
            add(
                .load(id), microStep, placed.layer(of: id), "load", block.name, outputs: [operand(id)], result: block,
                cost: OperationCost(bytesRead: block.type.byteCount, bytesWritten: block.type.byteCount))
        case .compute(let node, let shardings, let inputs, let outputs):
            addCompute(node, shardings, inputs, outputs, place)
        case .collective(let kind, let axes, let input, let output):
            addCollective(kind, axes, input, output, place)
        case .sumOverBatch(let node, let axes, let input, let output):
            addSum(node, axes, input, output, place)
        case .reduceGradient(let parameter, let gradient, let axes):
            addReduction(parameter, gradient, axes)
        case .squares(let parameter, let gradient, let axes):
            addSquares(parameter, gradient, axes)
        case .norms:
            addNorms()
        case .update(let parameter, let gradient, let axes):
            addUpdate(parameter, gradient, axes)
        case .gatherParameter(let parameter, let axes):
            addGather(parameter, axes)
        }
    }

    private mutating func addCompute(
        _ id: NodeID, _ shardings: [PlacementRule.Sharding], _ inputs: [PlacedID], _ outputs: [PlacedID], _ place: Int
    ) {
        let node = placed.graph.node(id)
        let operation = placed.localOperation(
            id, shardings: shardings, outputs: outputs, worker: worker, microStep: microStep ?? 0)
        let attributes = operation.attributes
        add(
            .compute(node: id, operation: operation, place: place, inputs: inputs, outputs: outputs), microStep,
            node.layer,
            operation.name + (attributes.isEmpty ? "" : " " + attributes), node.layer,
            inputs: inputs.map { operand($0) }, outputs: operands(making: outputs), result: local(outputs[0]),
            cost: operation.cost(inputs: inputs.map { local($0).type }, outputs: outputs.map { local($0).type }),
            isGradient: node.isGradient)
    }

    private mutating func addCollective(
        _ kind: CollectiveKind, _ axes: [Int], _ input: PlacedID, _ output: PlacedID, _ place: Int
    ) {
        let peers = kind == .slice ? [worker] : placed.mesh.group(of: worker, along: axes)
        let block = local(output)
        let bytes = block.type.byteCount
        add(
            .collective(kind, place: place, axes: axes, input: input, output: output), microStep, placed.layer(of: input),
            kind.rawValue,
            block.name, inputs: peers.map { operand(input, of: $0) }, outputs: operands(making: [output]), result: block,
            received: placed.exchange(kind, axes: axes, input: input, output: output, worker: worker, microStep: microStep ?? 0),
            cost: OperationCost(bytesRead: kind.reduces ? bytes * peers.count : bytes, bytesWritten: bytes))
    }

    /// Where what is summed over micro-batches has come to be: adds it to that of earlier micro-steps as far as the tree allows.
    private mutating func addPartialSums(of term: PlacedID, microStep: Int) {
        let block = local(term)
        let bytes = block.type.byteCount
        for (sum, axes) in summed[term] ?? [] {
            func partial(_ node: Range<Int>) -> Operand { .partialSum(sum, node: node, worker: worker) }
            for (left, right) in placed.additions(axes: axes, worker: worker, microStep: microStep) {
                add(
                    .add(sum, term: term, left: left, right: right), microStep, placed.layer(of: term),
                    "addition of micro-batches", block.name, inputs: [partial(left), partial(right)],
                    outputs: [partial(left.lowerBound..<right.upperBound)], result: block,
                    cost: OperationCost(
                        floatingPointOperations: block.type.shape.elementCount, bytesRead: 2 * bytes, bytesWritten: bytes))
            }
        }
    }

    /// The names of what is made: what is summed over micro-batches is also a partial sum.
    private func operands(making outputs: [PlacedID]) -> [Operand] {
        outputs.map { operand($0) }
            + outputs.flatMap { output in
                (summed[output] ?? []).compactMap { sum, axes in
                    guard let microStep else { return nil }
                    let term = placed.terms(axes: axes, worker: worker).places.lowerBound + microStep
                    return .partialSum(sum, node: term..<term + 1, worker: worker)
                }
            }
    }

    private mutating func addSum(_ node: NodeID, _ axes: [Int], _ input: PlacedID, _ output: PlacedID, _ place: Int) {
        let block = local(output)
        let bytes = block.type.byteCount
        let parts = placed.mesh.group(of: worker, along: axes).flatMap {
            partialSums(of: .statistic(input), axes: axes, worker: $0)
        }
        let messages = placed.otherDevices(axes: axes, worker: worker).reduce(0) {
            $0 + placed.partialSums(axes: axes, worker: $1).count
        }
        add(
            .sumOverBatch(place: place, axes: axes, input: input, output: output), nil, placed.graph.node(node).layer,
            placed.graph.node(node).operation.name, block.name, inputs: parts, outputs: [operand(output)], result: block,
            received: ExchangeCount(messages: messages, bytes: messages * bytes),
            cost: OperationCost(
                floatingPointOperations: (parts.count - 1) * block.type.shape.elementCount, bytesRead: parts.count * bytes,
                bytesWritten: bytes),
            isGradient: placed.graph.node(node).isGradient)
    }

    // MARK: Updates

    private mutating func addReduction(_ parameter: Int, _ gradient: PlacedID, _ axes: [Int]) {
        let slice = placed.slice(of: parameter, axes: axes, worker: worker)
        let bytes = slice.count * MemoryLayout<Float>.stride
        let sums = placed.mesh.group(of: worker, along: axes).flatMap {
            partialSums(of: .gradient(parameter: parameter), axes: axes, worker: $0)
        }
        let messages = placed.otherDevices(axes: axes, worker: worker).reduce(0) {
            $0 + placed.partialSums(axes: axes, worker: $1).count
        }
        let place = placed[gradient]
        add(
            .reduce(parameter: parameter, gradient: gradient, axes: axes), nil, placed.layer(of: placed.parameters[parameter]),
            CollectiveKind.reduceScatter.rawValue, place.name, inputs: sums,
            outputs: [.gradientSlice(parameter: parameter, worker: worker)],
            result: LocalTensor(
                name: place.name, type: TensorType([slice.count], axes: [.element]), placements: place.placements),
            received: ExchangeCount(messages: messages, bytes: messages * bytes),
            cost: OperationCost(bytesRead: sums.count * bytes, bytesWritten: bytes))
    }

    /// The worker's part of a gradient, once it is summed.
    private func ownGradient(of parameter: Int, _ axes: [Int]) -> [Operand] {
        axes.isEmpty
            ? partialSums(of: .gradient(parameter: parameter), axes: [], worker: worker)
            : [.gradientSlice(parameter: parameter, worker: worker)]
    }

    private mutating func addSquares(_ parameter: Int, _ gradient: PlacedID, _ axes: [Int]) {
        guard placed.partHolders(of: parameter, axes: axes).contains(worker) else { return }
        let slice = placed.slice(of: parameter, axes: axes, worker: worker)
        add(
            .squares(parameter: parameter, gradient: gradient, axes: axes), nil, placed.layer(of: placed.parameters[parameter]),
            "squares", placed[gradient].name,
            inputs: ownGradient(of: parameter, axes) + [.parameterSlice(parameter, device: device, updatedBy: worker)],
            outputs: [.squares(parameter: parameter, worker: worker)],
            cost: OperationCost(
                floatingPointOperations: 4 * slice.count, bytesRead: 2 * slice.count * MemoryLayout<Float>.stride,
                bytesWritten: 2 * ExactSum.byteCount))
    }

    /// Every worker makes all norms for itself: a few hundred numbers from each of the others.
    private mutating func addNorms() {
        let parts = placed.squares.flatMap { parameter, axes in
            placed.partHolders(of: parameter, axes: axes).map { (parameter: parameter, worker: $0) }
        }
        let messages = parts.count { placed.mesh.device(of: $0.worker) != device }
        add(
            .norms, nil, "", "norms", "all gradients", inputs: parts.map { .squares(parameter: $0.parameter, worker: $0.worker) },
            outputs: [.norms(worker: worker)],
            received: ExchangeCount(messages: messages, bytes: messages * 2 * ExactSum.byteCount),
            cost: OperationCost(bytesRead: parts.count * 2 * ExactSum.byteCount))
    }

    private mutating func addUpdate(_ parameter: Int, _ gradient: PlacedID, _ axes: [Int]) {
        let slice = placed.slice(of: parameter, axes: axes, worker: worker)
        let bytes = slice.count * MemoryLayout<Float>.stride
        let place = placed[placed.parameters[parameter]]
        let weights = Operand.parameterSlice(parameter, device: device, updatedBy: worker)
        let norms = placed.usesSquares(of: parameter) ? [Operand.norms(worker: worker)] : []
        // The gradient, the weight and the rule's slots are read, all but the gradient written.
        let rule = placed.rules[parameter]
        let (slots, operations) = (rule?.slots.count ?? 0, rule?.operationsPerElement ?? 0)
        add(
            .update(parameter: parameter, gradient: gradient, axes: axes), nil, placed.layer(of: place.id), "update", place.name,
            inputs: ownGradient(of: parameter, axes) + norms + [weights], outputs: [weights],
            result: LocalTensor(
                name: place.name, type: TensorType([slice.count], axes: [.element]), placements: place.placements),
            cost: OperationCost(
                floatingPointOperations: operations * slice.count, bytesRead: (2 + slots) * bytes,
                bytesWritten: (1 + slots) * bytes))
    }

    /// The slices that the same lane of other devices has updated. All of them hold the same block of the parameter.
    private mutating func addGather(_ parameter: Int, _ axes: [Int]) {
        let id = placed.parameters[parameter]
        let peers = placed.otherDevices(axes: axes, worker: worker).filter {
            placed.mesh.lane(of: $0) == placed.mesh.lane(of: worker)
        }
        let block = local(id)
        let elements = peers.reduce(0) {
            $0 + placed.slice(ofElements: block.type.shape.elementCount, axes: axes, worker: $1).count
        }
        let bytes = elements * MemoryLayout<Float>.stride
        add(
            .gather(parameter: parameter, axes: axes), nil, placed.layer(of: id), CollectiveKind.allGather.rawValue, block.name,
            inputs: peers.map { .parameterSlice(parameter, device: placed.mesh.device(of: $0), updatedBy: $0) },
            outputs: peers.map { .parameterSlice(parameter, device: device, updatedBy: $0) }, result: block,
            received: ExchangeCount(messages: peers.count, bytes: bytes),
            cost: OperationCost(bytesRead: bytes, bytesWritten: bytes))
    }

    private func partialSums(of sum: BatchSum, axes: [Int], worker: Int) -> [Operand] {
        placed.partialSums(axes: axes, worker: worker).map { .partialSum(sum, node: $0, worker: worker) }
    }

    // MARK: Parts

    private func local(_ id: PlacedID) -> LocalTensor { placed.local(id, worker: worker, microStep: microStep ?? 0) }

    private func operand(_ id: PlacedID, of worker: Int? = nil) -> Operand {
        let worker = worker ?? self.worker
        if let parameter = parameters[id] { return .parameter(parameter, device: placed.mesh.device(of: worker)) }
        if batchSums.contains(id) { return .batchSum(id, worker: worker) }
        return .tensor(id, microStep: microStep ?? 0, worker: worker)
    }

    private mutating func add(
        _ action: Instruction.Action, _ microStep: Int?, _ layer: String, _ title: String, _ subject: String,
        inputs: [Operand] = [],
        outputs: [Operand] = [], result: LocalTensor? = nil, received: ExchangeCount = ExchangeCount(),
        cost: OperationCost = OperationCost(), isGradient: Bool = false
    ) {
        instructions.append(
            Instruction(
                id: instructions.count, action: action, microStep: microStep, isGradient: isGradient, layer: layer, title: title,
                subject: subject, inputs: inputs, outputs: outputs, result: result, received: received, cost: cost))
    }
}
