import Networks
public import Tensors

extension TrainingSession {
    /// The optimizer's state: the velocity of every parameter, whole and row-major, in the order of `parameters`; zero where a
    /// parameter is not trained. The same whatever the mode, the devices and the lanes.
    ///
    /// Costs two copies of one parameter at a time, beside the result.
    public func optimizerState() async throws -> [HostTensor] {
        try parameters.enumerated().map { index, parameter in
            try withOptimizerState(ofParameter: index, staging: .none) { HostTensor(parameter.shape, Array($0)) }
        }
    }

    /// Sets the optimizer's state, in the order of `parameters`: that of any session of the same network goes on here.
    /// Throws when a tensor is missing or has another shape than its parameter.
    public func setOptimizerState(_ values: [HostTensor]) async throws {
        try check(values) { "\($0) (optimizer's state)" }
        try await command(.setOptimizerState(values))
    }
}
