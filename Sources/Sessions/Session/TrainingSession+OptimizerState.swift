import Networks
import Planning
public import Tensors

extension TrainingSession {
    /// What the optimizer keeps for each element of a parameter, by name.
    public var optimizerSlots: [String] { optimizer.slots }

    /// The optimizer's state: of each of its slots one tensor for every parameter, whole and row-major, in the order of `parameters`; zero
    /// where a parameter is not trained. The same whatever the mode, the devices and the lanes.
    ///
    /// Costs two copies of one parameter at a time, beside the result.
    public func optimizerState() async throws -> [[HostTensor]] {
        try optimizerSlots.indices.map { slot in
            try parameters.enumerated().map { index, parameter in
                try withOptimizerState(ofParameter: index, slot: slot, staging: .none) { HostTensor(parameter.shape, Array($0)) }
            }
        }
    }

    /// Sets the optimizer's state, slot by slot in the order of `parameters`: that of any session of the same network and optimizer goes on
    /// here. Throws when a tensor is missing or has another shape than its parameter.
    public func setOptimizerState(_ slots: [[HostTensor]]) async throws {
        precondition(
            slots.count == optimizerSlots.count, "\(optimizer.name) keeps \(optimizerSlots.count) slots, not \(slots.count)")
        for values in slots { try check(values) { "\($0) (optimizer's state)" } }
        try await command(.setOptimizerState(slots))
    }
}
