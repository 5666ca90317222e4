import Devices
import Locks
import Networks
import Parallelism
import Planning
import Sessions
import Tensors
import TestSupport
import Testing

/// The only way from one worker's memory to another's, so a session over one that copies, as messages between hosts would, comes to the same
/// bits.
@Suite(.serialized) struct TransportTests {
    private static let network = Network("small", input: [2, 8, 8]) {
        Conv2D(8, kernel: 3, padding: 1, groups: 2)
        ReLU()
        MaxPool2D(2)
        LocalResponseNorm(size: 3)
        Conv2D(12, kernel: 3, padding: 1)
        Tanh()
        MeanFollowing(name: "mean")
        AuxiliaryLoss(weight: 0.3, name: "aux") { Dense(6, name: "aux.fc") }
        Dense(24)
        Tanh()
        Dense(6)
    }

    static let spreads: [(mode: ParallelMode, devices: Int, lanes: Int)] = [
        (.data, 3, 1), (.data, 2, 2), (.model, 2, 1), (.model, 4, 1), (.hybrid, 2, 1), (.hybrid, 4, 2),
    ]

    @Test(arguments: spreads, [false, true])
    func aTransportThatCopiesGivesTheSameBits(
        spread: (mode: ParallelMode, devices: Int, lanes: Int), clips: Bool
    ) async throws {
        let rule: any UpdateRule = clips ? Clipped(GradientDescent(), toNorm: 0.5) : GradientDescent()
        var harness = SessionHarness(
            network: Self.network, mode: spread.mode, devices: spread.devices, lanes: spread.lanes, microBatches: 8, batch: 16,
            classes: 6, optimizer: rule)
        let expected = try await harness.run(steps: 3, wantsGradients: true)
        let copies = Guarded(0)
        harness.transport = { CopyingTransport(workers: $0, copies) }
        let found = try await harness.run(steps: 3, wantsGradients: true)
        #expect(found.parameters == expected.parameters && found.losses == expected.losses)
        #expect(found.gradients == expected.gradients)
        #expect(copies.withLock { $0 } > 0)
    }

    @Test func sharedMemoryIsTheOwnersOwn() async throws {
        let transport = SharedMemory(workers: 2)
        let memory = UnsafeMutablePointer<Float>.allocate(capacity: 4)
        defer { memory.deallocate() }
        let name = Published.partialSum(.gradient(parameter: 3), worker: 1, first: 0)
        transport.publish(name, at: memory, byteCount: 16)
        #expect(transport.readable(name, by: 0) == UnsafeRawPointer(memory))
        #expect(name.worker == 1 && Published.parameter(0, device: 1).worker == nil)
        // Signals count anew in each step.
        for _ in 0..<2 {
            transport.beginStep()
            try await transport.meet(0, signals: true, needs: [])
            try await transport.meet(1, signals: true, needs: [StepSignals.Need(worker: 0, count: 1)])
        }
        struct Failure: Error {}
        transport.fail(Failure())
        await #expect(throws: Failure.self) { try await transport.meet(0, signals: true, needs: []) }
    }
}

/// Readers have room of their own for what others publish, and it is filled when its owner signals.
private final class CopyingTransport: Transport {
    private struct Source {
        let address: UInt
        let byteCount: Int
    }

    private let sources = Guarded<[Published: Source]>([:])
    private let rooms = Guarded<[Published: UInt]>([:])
    private let signals: StepSignals
    private let workers: Int
    private let copies: Guarded<Int>

    init(workers: Int, _ copies: Guarded<Int>) {
        signals = StepSignals(workers: workers)
        self.workers = workers
        self.copies = copies
    }

    deinit { for room in rooms.withLock({ $0.values }) { UnsafeMutableRawPointer(bitPattern: room)?.deallocate() } }

    func publish(_ name: Published, at address: UnsafeMutableRawPointer, byteCount: Int) {
        sources.withLock { $0[name] = Source(address: UInt(bitPattern: address), byteCount: byteCount) }
    }

    func readable(_ name: Published, by worker: Int) -> UnsafeRawPointer {
        guard let source = sources.withLock({ $0[name] }), let own = UnsafeRawPointer(bitPattern: source.address) else {
            preconditionFailure("\(name) was not published")
        }
        if name.worker == worker { return own }
        let room = rooms.withLock { rooms in
            if let room = rooms[name] { return room }
            let room = UnsafeMutableRawPointer.allocate(byteCount: max(1, source.byteCount), alignment: 64)
            room.copyMemory(from: own, byteCount: source.byteCount)
            rooms[name] = UInt(bitPattern: room)
            return UInt(bitPattern: room)
        }
        guard let address = UnsafeRawPointer(bitPattern: room) else { preconditionFailure("no room") }
        return address
    }

    /// Between two steps the host may have written parameters.
    func beginStep() {
        signals.reset()
        for worker in 0..<workers { send(worker) }
    }

    func meet(_ worker: Int, signals isSignal: Bool, needs: [StepSignals.Need]) async throws {
        if isSignal { send(worker) }
        try await signals.meet(worker, signals: isSignal, needs: needs)
    }

    func fail(_ error: any Error) { signals.fail(error) }

    /// Copies what is a worker's, or its device's, to those who read it. What has not changed may be being read.
    private func send(_ worker: Int) {
        let sources = sources.withLock { $0 }
        var changed = 0
        rooms.withLock { rooms in
            for (name, bits) in rooms where name.worker == nil || name.worker == worker {
                guard let source = sources[name], let room = UnsafeMutablePointer<UInt8>(bitPattern: bits),
                    let own = UnsafePointer<UInt8>(bitPattern: source.address)
                else { continue }
                for index in 0..<source.byteCount where room[index] != own[index] {
                    room[index] = own[index]
                    changed += 1
                }
            }
        }
        copies.withLock { $0 += changed }
    }
}
