import Execution
import Networks

extension TrainingSession {
    /// SHA-256 of every parameter's optimizer state, in the order of `parameters`.
    func optimizerStateDigests() async throws -> [String] {
        try zip(parameters, try await optimizerState()).map { try WeightsDigest.hexadecimal(of: [$0], values: [$1]) }
    }
}
