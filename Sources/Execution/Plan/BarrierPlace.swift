import Networks
import Parallelism

/// Which barrier of the workers' plans it is: the instruction of the placed graph in front of which it stands, and in which turn; no turn
/// among the updates.
package struct BarrierPlace: Hashable, Sendable {
    package let instruction: Int
    package let turn: Int?

    package init(instruction: Int, turn: Int?) {
        (self.instruction, self.turn) = (instruction, turn)
    }

    /// What stands behind it, in words.
    func description(in placed: PlacedGraph) -> String {
        switch placed.instructions[instruction] {
        case .collective(let kind, _, _, let output): "the \(kind.rawValue) of \(placed[output].name)"
        case .reduceGradient: "the sums of the gradients"
        case .gatherParameter: "the all-gathers of the parameters"
        case .load, .compute, .update: "instruction \(instruction)"
        }
    }
}
