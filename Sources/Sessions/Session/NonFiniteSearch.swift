import KernelChoices
import Layouts
import Networks
import Parallelism
package import Planning
import Tensors

/// Looks for the first value that is not finite in what a stopped step or an evaluation has left in a worker's memory: the batch,
/// the parameters that nobody has updated yet, and every item's output that is still there, in the order of the plan.
///
/// All workers stand still while it runs.
package struct NonFiniteSearch {
    /// What one worker has found. The first of several is the one that the others may come from: what one worker reads of
    /// another was made before a signal that both have given.
    package struct Finding {
        /// How many signals the worker gives before the item: equally many stand at the same place of all workers' plans.
        let round: Int
        let item: Int
        let value: NonFiniteValue

        package init(round: Int, item: Int, value: NonFiniteValue) {
            (self.round, self.item, self.value) = (round, item, value)
        }

        package func precedes(_ other: Finding) -> Bool {
            (round, item, value.device, value.lane) < (other.round, other.item, other.value.device, other.value.lane)
        }
    }

    let placed: PlacedGraph
    let worker: Int
    let purpose: PlanPurpose
    let unbound: UnboundPlan
    let memory: WorkerMemory
    let transport: any Transport
    let batch: BatchAddress
    /// The examples of the batch; what follows them may be anything.
    let exampleCount: Int
    let step: StepArguments
    /// How many items the worker has begun.
    let begunItems: Int
    /// The parameters that some worker has begun to update: what they were before is lost.
    let updated: Set<Int>

    private var items: ArraySlice<UnboundPlan.Item> { unbound.items.prefix(begunItems) }

    /// The parameters that this worker has begun to update.
    static func updatedParameters(in unbound: UnboundPlan, begunItems: Int) -> [Int] {
        unbound.items.prefix(begunItems).compactMap {
            if case .update(let parameter, _, _) = $0.instruction.action { parameter } else { nil }
        }
    }

    /// How many of the waits, by their places in the plan, lie before an item; with each the worker gives a signal.
    package static func round(ofItem index: Int, waits: [Int]) -> Int { waits.count { $0 < index } }

    func finding() -> Finding? {
        let writers = lastWriters()
        let waits = items.indices.filter { items[$0].instruction.kind == .wait }
        for (index, item) in items.enumerated() {
            guard let (layer, place) = look(at: item, index, writers) else { continue }
            let value = NonFiniteValue(
                device: placed.mesh.device(of: worker), lane: placed.mesh.lane(of: worker), step: step.step, layer: layer,
                place: place
            )
            return Finding(round: Self.round(ofItem: index, waits: waits), item: index, value: value)
        }
        return nil
    }

    private func look(
        at item: UnboundPlan.Item, _ index: Int, _ writers: [UnboundPlan.BufferID: Int]
    ) -> (layer: String, place: NonFiniteValue.Place)? {
        func isBad(_ output: UnboundPlan.BufferID, _ type: ElementKind) -> Bool {
            writers[output] == index && !isFinite(output, type)
        }
        if let choice = item.choice { return look(at: item, choice, isBad: isBad) }
        switch item.instruction.action {
        case .load(let id):
            let part = placed.input(id, worker: worker, item.instruction)
            let value = placed.graph.value(placed.graph.inputs[part.input])
            guard value.type.element == .float32, let example = badExample(of: part) else { return nil }
            return (value.name, .image(example: example))
        case .collective, .add(.statistic, _, _, _), .sumOverBatch:
            let tensor = item.instruction.subject
            return isBad(item.outputs[0], .f32) ? (tensor, .sum(of: tensor)) : nil
        case .add(.gradient(let parameter), _, _, _):
            guard isBad(item.outputs[0], .f32) else { return nil }
            return (layer(of: parameter), .sum(of: "the gradient of \(name(of: parameter))"))
        case .update(let parameter, _, _):
            guard !parameterValues(parameter).allSatisfy(\.isFinite) else { return nil }
            let name = name(of: parameter)
            return (layer(of: parameter), wasBad(parameter) ? .parameter(name: name) : .update(parameter: name))
        case .compute, .reduce, .squares, .norms, .gather, .signal, .wait:
            return nil
        }
    }

    private func look(
        at item: UnboundPlan.Item, _ choice: KernelChoice, isBad: (UnboundPlan.BufferID, ElementKind) -> Bool
    ) -> (layer: String, place: NonFiniteValue.Place)? {
        let parameters = item.inputs.map { input -> Int? in
            guard case .parameter(let parameter) = unbound.buffers[unbound.owner(of: input).index].storage else { return nil }
            return parameter
        }
        if let parameter = parameters.compactMap({ $0 }).first(where: wasBad) {
            return (layer(of: parameter), .parameter(name: name(of: parameter)))
        }
        guard zip(item.outputs, choice.outputs).contains(where: { isBad($0, $1.type) }) else { return nil }
        // A copy in another order shows what the parameter was.
        if item.reordered != nil, let parameter = parameters[0] {
            return (layer(of: parameter), .parameter(name: name(of: parameter)))
        }
        let (title, subject) = item.label(in: placed)
        return (subject, .result(operation: title))
    }

    // MARK: What is still there

    /// The buffers whose memory nobody has written to since, and the items that wrote them.
    private func lastWriters() -> [UnboundPlan.BufferID: Int] {
        var writers: [UnboundPlan.BufferID: Int] = [:]
        for (index, item) in items.enumerated() {
            for output in item.outputs where item.choice?.isRenaming != true {
                let memory = range(of: output)
                writers = writers.filter { !range(of: $0.key).overlaps(memory) }
                writers[output] = index
            }
        }
        return writers
    }

    private func range(of buffer: UnboundPlan.BufferID) -> Range<UInt> {
        let begin = UInt(bitPattern: memory.address(of: buffer, in: purpose))
        return begin..<begin + UInt(max(1, unbound.buffers[buffer.index].byteCount))
    }

    /// Whether all numbers in a buffer are; those of formats that have no others always are.
    private func isFinite(_ buffer: UnboundPlan.BufferID, _ type: ElementKind) -> Bool {
        let address = memory.address(of: buffer, in: purpose)
        let byteCount = unbound.buffers[buffer.index].byteCount
        switch type {
        case .f32:
            return values(at: address, byteCount: byteCount).allSatisfy(\.isFinite)
        case .bf16:
            // The upper half of a number in single precision: an exponent of all ones is infinite or none.
            let exponent: UInt16 = 0x7F80
            let halves = UnsafeBufferPointer(start: address.assumingMemoryBound(to: UInt16.self), count: byteCount / 2)
            return halves.allSatisfy { $0 & exponent != exponent }
        case .i32, .i8, .u8:
            return true
        }
    }

    /// Whether a parameter was not finite before the step. Where it has been updated since, a number that is none although its
    /// gradient is one tells: a finite gradient can make a weight infinite, but no more.
    private func wasBad(_ parameter: Int) -> Bool {
        let weights = parameterValues(parameter)
        guard updated.contains(parameter) else { return !weights.allSatisfy(\.isFinite) }
        guard step.learningRate.isFinite, weights.contains(where: \.isNaN) else { return false }
        let gradients = partialSums(of: parameter)
        return weights.indices.contains { index in weights[index].isNaN && gradients.allSatisfy { $0[index].isFinite } }
    }

    /// The parts of a parameter's gradient, this worker's and its peers'. They are there still: those of several workers stay to the
    /// step's end, and an update of one worker's alone that made something bad was the last thing that it did.
    private func partialSums(of parameter: Int) -> [UnsafePointer<Float>] {
        for case .update(parameter, _, let axes) in unbound.items.map(\.instruction.action) {
            let holders = axes.isEmpty ? [worker] : placed.mesh.group(of: worker, along: axes)
            return holders.flatMap { holder in
                placed.partialSums(axes: axes, worker: holder).map { node in
                    transport.numbers(
                        .partialSum(.gradient(parameter: parameter), worker: holder, first: node.lowerBound), by: worker)
                }
            }
        }
        return []
    }

    private func parameterValues(_ parameter: Int) -> UnsafeBufferPointer<Float> {
        values(at: memory.parameterAddress(parameter), byteCount: unbound.parameterLayouts[parameter]?.byteCount ?? 0)
    }

    private func values(at address: UnsafeMutableRawPointer, byteCount: Int) -> UnsafeBufferPointer<Float> {
        let count = byteCount / MemoryLayout<Float>.stride
        return UnsafeBufferPointer(start: address.assumingMemoryBound(to: Float.self), count: count)
    }

    /// The host's batch, since the worker's copy of it may be gone.
    private func badExample(of part: InputPart) -> Int? {
        let (block, whole) = (part.block, part.whole)
        guard let values = batch.words(ofInput: part.input) else { return nil }
        return values.withMemoryRebound(to: Float.self, capacity: whole.elementCount) { values in
            block.rows.prefix { $0 < exampleCount }.first { row in
                let example = ExchangeBlock(ranges: [row..<row + 1] + block.ranges.dropFirst())
                return example.runs(in: whole).contains { !(values + $0.otherOffset).areFinite(count: $0.length) }
            }
        }
    }

    // MARK: Names

    private func name(of parameter: Int) -> String { placed.graph.parameters[parameter].name }

    private func layer(of parameter: Int) -> String {
        let name = name(of: parameter)
        return name.lastIndex(of: ".").map { String(name[..<$0]) } ?? name
    }
}
