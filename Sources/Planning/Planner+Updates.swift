import Layouts
import Networks
import Parallelism
import Tensors

extension Planner {
    /// Where what is summed over micro-batches has come to be.
    mutating func addPartialSums(_ output: PlacedID, _ instruction: Instruction) throws {
        for (sum, axes) in summed[output] ?? [] {
            let term = placed.terms(axes: axes, worker: worker).places.lowerBound + microStep
            let plain = Layout.plain(placed.local(output, worker: worker).type.shape.dimensions)
            let layout: Layout
            switch sum {
            case .gradient(let parameter):
                // A state that nothing has read before lies in the order of its elements.
                if plan.parameterLayouts[parameter] == nil { plan.parameterLayouts[parameter] = plain }
                layout = parameterLayout(parameter)
            case .statistic: layout = plain
            }
            let buffer = try obtain(output, in: layout, for: instruction)
            partialSums[sum, default: []].append(PartialSum(node: term..<term + 1, buffer: buffer))
        }
    }

    /// The parameter whose gradient a tensor is.
    func parameterOfGradient(_ id: PlacedID) -> Int? {
        summed[id]?.lazy.compactMap { if case .gradient(let parameter) = $0.sum { parameter } else { nil } }.first
    }

    /// Adds one of the last two partial sums to the other.
    mutating func add(_ left: Range<Int>, _ right: Range<Int>, of sum: BatchSum, _ term: PlacedID, _ instruction: Instruction) {
        guard var sums = partialSums[sum], sums.suffix(2).map(\.node) == [left, right] else {
            preconditionFailure("\(sum) has not the partial sums \(left) and \(right) last")
        }
        let source = sums.removeLast().buffer
        let addend = sums.removeLast().buffer
        use(source)
        use(addend)
        // A term may be read for something else when its micro-step goes on.
        let isReadElsewhere = left.count == 1 && (consumers[term] != nil || summed[term]?.count != 1)
        let destination = isReadElsewhere ? newBuffer(plan.buffers[addend.index].byteCount) : addend
        plan.items.append(UnboundPlan.Item(instruction: instruction, inputs: [source, addend], outputs: [destination]))
        sums.append(PartialSum(node: left.lowerBound..<right.upperBound, buffer: destination))
        partialSums[sum] = sums
    }

    /// Makes a sum over the batch from what all micro-batches have contributed, for all micro-steps.
    mutating func addSum(_ axes: [Int], _ input: PlacedID, _ output: PlacedID, _ instruction: Instruction) {
        let layout = Layout.plain(placed.local(output, worker: worker).type.shape.dimensions)
        let sums = partialSums[.statistic(input)] ?? []
        let buffer = newBuffer(layout.byteCount)
        for sum in sums { use(sum.buffer) }
        if !axes.isEmpty { readByPeers += sums.map(\.buffer) }
        plan.items.append(UnboundPlan.Item(instruction: instruction, inputs: sums.map(\.buffer), outputs: [buffer]))
        homes[output] = (buffer, layout)
    }

    /// Summing the workers' gradients is part of it, and is done again in the update: a slice of the sum is not kept.
    mutating func addSquares(_ parameter: Int, _ instruction: Instruction) {
        let sums = partialSums[.gradient(parameter: parameter)] ?? []
        for sum in sums { use(sum.buffer) }
        let buffer = newBuffer(2 * ExactSum.byteCount)
        squares.append(buffer)
        plan.items.append(
            UnboundPlan.Item(
                instruction: instruction, included: reductions[parameter], inputs: sums.map(\.buffer), outputs: [buffer]))
    }

    mutating func addNorms(_ instruction: Instruction) {
        for buffer in squares { use(buffer) }
        readByPeers += squares
        let buffer = newBuffer(Norms.byteCount(parameters: placed.parameters.count))
        plan.items.append(UnboundPlan.Item(instruction: instruction, outputs: [buffer]))
        norms = buffer
    }

    /// Summing the workers' gradients is part of the update.
    mutating func addUpdate(_ parameter: Int, _ axes: [Int], _ instruction: Instruction) {
        let norms = placed.usesSquares(of: parameter) ? self.norms : nil
        if let norms { use(norms) }
        let sums = partialSums[.gradient(parameter: parameter)] ?? []
        precondition(
            sums.map(\.node) == placed.partialSums(axes: axes, worker: worker),
            "an update of parameter \(parameter) before its partial sums are made")
        for sum in sums {
            use(sum.buffer)
            if keepsGradients { keptGradients.append(sum.buffer) }
            if !axes.isEmpty { readByPeers.append(sum.buffer) }
        }
        plan.items.append(
            UnboundPlan.Item(
                instruction: instruction, included: reductions[parameter], inputs: sums.map(\.buffer), norms: norms))
    }
}
