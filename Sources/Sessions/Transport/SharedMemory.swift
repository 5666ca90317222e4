package import Devices
import Locks
package import Planning

/// The transport between workers of one process: everybody reads where the owner writes.
package final class SharedMemory: Transport {
    private let addresses = Guarded<[Published: UInt]>([:])
    private let signals: StepSignals

    package init(workers: Int) {
        signals = StepSignals(workers: workers)
    }

    package func publish(_ name: Published, at address: UnsafeMutableRawPointer, byteCount: Int) {
        addresses.withLock { $0[name] = UInt(bitPattern: address) }
    }

    package func readable(_ name: Published, by worker: Int) -> UnsafeRawPointer {
        guard let bits = addresses.withLock({ $0[name] }), let address = UnsafeRawPointer(bitPattern: bits) else {
            preconditionFailure("\(name) was not published before it is read")
        }
        return address
    }

    package func beginStep() { signals.reset() }

    package func meet(_ worker: Int, signals isSignal: Bool, needs: [StepSignals.Need]) async throws {
        try await signals.meet(worker, signals: isSignal, needs: needs)
    }

    package func fail(_ error: any Error) { signals.fail(error) }
}
