import Networks
import Sessions
import Training

extension TrainingSession {
    /// SHA-256 of every parameter's optimizer state, in the order of `parameters`.
    func optimizerStateDigests() async throws -> [String] {
        let slots = try await optimizerState()
        return try parameters.enumerated().map { index, parameter in
            try slots.map { try WeightsDigest.hexadecimal(of: [parameter], values: [$0[index]]) }.joined(separator: " ")
        }
    }
}
