/// Where the workers of a step wait for each other: a pure function of the placed graph.
///
/// A barrier stands in front of a collective that reads what may have been written since the barrier before. What the collectives
/// behind it read is complete when a worker arrives: nothing in between is made for them. So the schedule is the same for all
/// workers, whatever layouts their own kernels have taken, and nobody waits for somebody who does not come.
///
///     worker 0   conv1  pool1 ┃ all-gather  conv2 ┃ all-gather  …  gradients ┃ updates of slices ┃ all-gathers of parameters
///     worker 1   conv1  pool1 ┃ all-gather  conv2 ┃ all-gather  …  gradients ┃ updates of slices ┃ all-gathers of parameters
public struct BarrierSchedule: Sendable, Hashable {
    /// A barrier, by the instruction in front of which it stands.
    public struct Barrier: Sendable, Hashable {
        public let instruction: Int
        /// The collectives that read peers' memory between this barrier and the next one; none for the gradients and the parameters, which
        /// lie in one layout everywhere.
        public internal(set) var collectives: [Int]
    }

    /// In the order of the instructions. Those in front of a turn's instructions are met once in each turn.
    public private(set) var barriers: [Barrier] = []
    private var places: [Int: Int] = [:]

    /// Cost: linear in the instructions.
    public init(_ placed: PlacedGraph) {
        guard placed.mesh.workerCount > 1 else { return }
        addTurn(placed)
        addUpdates(placed)
    }

    /// The barrier in front of an instruction.
    public subscript(instruction: Int) -> Barrier? { places[instruction].map { barriers[$0] } }

    private mutating func addTurn(_ placed: PlacedGraph) {
        // The workers have just updated the parameters, each in the layout of its own.
        var unpublished = Set(placed.parameters)
        for (index, instruction) in placed.turnInstructions.enumerated() {
            if case .collective(let kind, _, let input, _) = instruction, kind != .slice {
                if barriers.isEmpty || unpublished.contains(input) {
                    add(before: index)
                    unpublished.removeAll()
                }
                barriers[barriers.count - 1].collectives.append(index)
            }
            unpublished.formUnion(instruction.outputs)
        }
    }

    /// All gradients are complete before the first is summed, all slices are updated before the first is gathered.
    private mutating func addUpdates(_ placed: PlacedGraph) {
        let updates = placed.instructions.enumerated().dropFirst(placed.turnInstructionCount)
        let summing = updates.first { if case .reduceGradient = $0.element { true } else { false } }
        let gathering = updates.first { if case .gatherParameter = $0.element { true } else { false } }
        for first in [summing, gathering] {
            if let first { add(before: first.offset) }
        }
    }

    private mutating func add(before instruction: Int) {
        places[instruction] = barriers.count
        barriers.append(Barrier(instruction: instruction, collectives: []))
    }
}
