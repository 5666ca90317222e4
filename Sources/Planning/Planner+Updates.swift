import Layouts
import Networks
import Parallelism
import Tensors

extension Planner {
    /// Where a parameter's gradient has come to be.
    mutating func addPartialSum(_ output: PlacedID, _ instruction: Instruction) throws {
        guard let (parameter, axes) = gradients[output] else { return }
        let term = placed.terms(axes: axes, worker: worker).places.lowerBound + microStep
        if plan.parameterLayouts[parameter] == nil {
            // A state that nothing has read before: in the order of its elements.
            plan.parameterLayouts[parameter] = .plain(placed.local(output, worker: worker).type.shape.dimensions)
        }
        let buffer = try obtain(output, in: parameterLayout(parameter), for: instruction)
        partialSums[parameter, default: []].append(PartialSum(node: term..<term + 1, buffer: buffer))
    }

    /// Adds one of the last two partial sums to the other.
    mutating func add(_ left: Range<Int>, _ right: Range<Int>, of parameter: Int, _ instruction: Instruction) {
        guard var sums = partialSums[parameter], sums.suffix(2).map(\.node) == [left, right] else {
            preconditionFailure("parameter \(parameter) has not the partial sums \(left) and \(right) last")
        }
        let source = sums.removeLast().buffer
        let destination = sums.removeLast().buffer
        use(source)
        use(destination)
        plan.items.append(UnboundPlan.Item(instruction: instruction, inputs: [source, destination], outputs: [destination]))
        sums.append(PartialSum(node: left.lowerBound..<right.upperBound, buffer: destination))
        partialSums[parameter] = sums
    }

    /// Summing the workers' gradients is part of it, and is done again in the update: a slice of the sum is not kept.
    mutating func addSquares(_ parameter: Int, _ instruction: Instruction) {
        let sums = partialSums[parameter] ?? []
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
        let sums = partialSums[parameter] ?? []
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
