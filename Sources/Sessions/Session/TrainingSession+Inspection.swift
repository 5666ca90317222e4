import Networks

extension TrainingSession {
    /// Compares all devices' copies of every parameter bit by bit: the differences, by parameter and device, and the bytes compared.
    package func replicaDifferences() async throws -> (differences: [ReplicaDifference], bytes: Int) {
        let order = Dictionary(uniqueKeysWithValues: parameters.enumerated().map { ($1.name, $0) })
        let found = try await compareReplicas()
        return (
            found.differences.sorted { (order[$0.parameter] ?? 0, $0.device) < (order[$1.parameter] ?? 0, $1.device) },
            found.bytes
        )
    }
}
