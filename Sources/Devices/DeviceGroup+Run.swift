import Locks

extension DeviceGroup {
    /// Runs `body` on every lane at once and returns what each gave, device by device, lane by lane.
    ///
    /// Throws `DevicesError.lane` with the first failure, after every lane has returned.
    ///
    /// - Parameter barrier: where the lanes meet; a lane that fails fails it, so that nobody waits for that lane for ever.
    @discardableResult
    public func onEveryLane<Result: Sendable>(
        meetingAt barrier: StepBarrier? = nil, _ body: @escaping @Sendable (isolated Lane) async throws -> Result
    ) async throws(DevicesError) -> [Result] {
        let lanes = lanes
        // Noted before the barrier tells the others, whose failures then follow from it.
        let first = FirstFailure()
        let results = await withTaskGroup(of: (Int, Result?).self) { group in
            for (place, lane) in lanes.enumerated() {
                group.addTask {
                    do {
                        return (place, try await lane.perform(body))
                    } catch {
                        first.note(.lane(device: lane.device, lane: lane.index, underlying: error))
                        barrier?.fail(error)
                        return (place, nil)
                    }
                }
            }
            var results = [Result?](repeating: nil, count: lanes.count)
            for await (place, result) in group { results[place] = result }
            return results
        }
        if let failure = first.failure { throw failure }
        return results.compactMap { $0 }
    }
}

/// Keeps the first of several failures.
private final class FirstFailure: Sendable {
    private let noted = Guarded<DevicesError?>(nil)

    var failure: DevicesError? { noted.withLock { $0 } }

    func note(_ failure: DevicesError) {
        noted.withLock { if $0 == nil { $0 = failure } }
    }
}
