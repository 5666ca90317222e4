import Devices
import Locks

extension TrainingSession {
    /// Runs a loop on every lane; what it is, the lane says.
    static func loops(
        on devices: DeviceGroup, _ state: SessionState, _ loop: @escaping @Sendable (isolated Lane) -> WorkerLoop
    ) -> Task<Void, any Error> {
        Task.detached {
            defer { state.areLoopsOver.withLock { $0 = true } }
            try await devices.onEveryLane(meetingAt: state.barrier) { lane in
                do {
                    try await loop(lane).run()
                } catch {
                    // At once, not when all lanes have returned: lanes that are done with their step wait at the gate.
                    state.gate.fail(error)
                    throw error
                }
            }
        }
    }
}
