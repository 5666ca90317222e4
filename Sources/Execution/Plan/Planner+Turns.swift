import Networks
import Parallelism

extension Planner {
    mutating func addTurn(_ turn: Int) throws {
        self.turn = turn
        fused = []
        // Parameters, and copies of them in other layouts, stay for all turns.
        homes = homes.filter { parameterOfPlace[$0.key] != nil }
        others = others.filter { parameterOfPlace[$0.key] != nil }
        let isLast = turn == placed.turnCount(of: worker) - 1
        for (index, instruction) in placed.turnInstructions.enumerated() {
            if !fused.contains(index) {
                try addBarrier(before: index, turn: turn)
                try add(instruction, index: index)
                for output in instruction.outputs { try addSummand(output) }
            }
            guard isLast else { continue }
            for update in earlyUpdates[index] ?? [] { try addUpdate(placed.instructions[update]) }
        }
        guard let losses = homes[placed.losses]?.buffer, let ranks = homes[placed.ranks]?.buffer,
            let scores = plan.scores(readBy: losses)
        else { return }
        plan.results.append(UnboundPlan.Result(losses: losses, ranks: ranks, scores: scores))
    }

    /// Where a parameter's gradient has come to be: adds it to those of earlier turns as far as the tree allows.
    private mutating func addSummand(_ output: PlacedID) throws {
        guard let (parameter, axes) = gradients[output] else { return }
        var sums = partialSums[parameter] ?? []
        let summand = placed.summands(axes: axes, worker: worker).places.lowerBound + turn
        let buffer = try obtain(output, in: parameterLayout(parameter))
        sums.append(UnboundPlan.PartialSum(node: summand..<summand + 1, buffer: buffer))
        for (left, right) in placed.additions(axes: axes, worker: worker, turn: turn) {
            let source = sums.removeLast().buffer
            let destination = sums.removeLast().buffer
            use(source)
            use(destination)
            plan.items.append(.accumulate(parameter: parameter, from: source, into: destination))
            account(forAdding: output)
            sums.append(UnboundPlan.PartialSum(node: left.lowerBound..<right.upperBound, buffer: destination))
        }
        partialSums[parameter] = sums
    }

    /// The updates that have not come in the last turn: those that other workers have a part in.
    mutating func addUpdates() throws {
        let done = Set(earlyUpdates.values.joined())
        for (index, instruction) in placed.instructions.enumerated().dropFirst(placed.turnInstructionCount)
        where !done.contains(index) {
            try addBarrier(before: index, turn: nil)
            try addUpdate(instruction)
        }
    }

    private mutating func addUpdate(_ instruction: PlacedInstruction) throws {
        switch instruction {
        case .reduceGradient:
            // The barrier in front of it is all; the summing is part of the update.
            break
        case .update(let parameter, _, let axes):
            let sums = partialSums[parameter] ?? []
            for sum in sums {
                use(sum.buffer)
                if keepsGradients { keptGradients.append(sum.buffer) }
                if !axes.isEmpty { keepForPeers(sum.buffer) }
            }
            plan.items.append(.update(parameter: parameter, gradients: sums, axes: axes))
            account(forUpdating: parameter, axes: axes)
        case .gatherParameter(let parameter, let axes):
            plan.items.append(.gather(parameter: parameter, axes: axes))
            account(forGathering: parameter, axes: axes)
        case .load, .compute, .collective:
            preconditionFailure("the updates come after all turns")
        }
    }
}
