import Devices
import KernelChoices
public import Networks
import Parallelism
import Planning
public import Sessions
import Synchronization
public import Topology

/// Times training steps of one network on this machine. Every turn starts from nothing and leaves nothing behind, so that
/// contestants can take turns without weighing on each other's memory.
public struct Stopwatch: Sendable {
    public let network: Network
    public let machine: Machine
    /// Steps before the clock starts, and on the clock.
    public let warmUp: Int
    public let steps: Int
    private let batch: RandomBatch
    private let kernels = KnownKernels()
    private let whenWarm: @Sendable () throws -> Void

    /// - Parameters:
    ///   - largestBatch: the most examples that any contestant will ask for in a step.
    ///   - whenWarm: called in each turn, by each copy, before the clock starts.
    public init(
        _ network: Network, on machine: Machine, warmUp: Int, steps: Int, largestBatch: Int,
        whenWarm: @escaping @Sendable () throws -> Void = {}
    ) throws {
        self.network = network
        self.machine = machine
        self.warmUp = warmUp
        self.steps = steps
        self.whenWarm = whenWarm
        batch = RandomBatch(count: largestBatch, shape: network.inputShape, classes: try network.classCount())
    }

    /// What a turn gave.
    public struct Turn: Sendable {
        /// Of each step on the clock; of the first copy where there are several.
        public let stepSeconds: [Double]
        /// Over all devices or copies.
        public let imagesPerSecond: Double
        /// How the first worker spent the last step.
        public let clock: StepClock
        /// What all devices or copies planned.
        public let devicesBytes: Int
    }

    /// Sets `contestant` up, warms it up, times its steps and takes it down.
    ///
    /// Throws what placing the devices, planning or a step throws; a network that cannot be divided so says why.
    public func turn(_ contestant: Contestant) async throws -> Turn {
        let assignment = try CoreAssignment(
            on: machine, devices: contestant.devices, coresPerDevice: contestant.coresPerDevice)
        let group = try DeviceGroup(reserving: assignment, of: machine)
        defer { group.shutdown() }
        switch contestant.form {
        case .together(let mode):
            return try await timed([(group, mode, contestant.batchSize)], contestant)
        case .apart:
            let share = BalancedPartition(of: contestant.batchSize, into: contestant.devices)
            return try await timed(
                group.independent().enumerated().map { ($0.element, .single, share[$0.offset].count) }, contestant)
        }
    }

    /// Trains `runs` at the same time. A run whose clock has stopped keeps its core busy until the last one's has, so that
    /// each is measured among as many others from its first step to its last.
    private func timed(
        _ runs: [(devices: DeviceGroup, mode: ParallelMode, batchSize: Int)], _ contestant: Contestant
    ) async throws -> Turn {
        var sessions: [TrainingSession] = []
        for run in runs {
            let session = try await TrainingSession(
                network, strategy: run.mode, devices: run.devices, batchSize: run.batchSize,
                microBatches: contestant.microBatches,
                kernels: kernels.selection(contestant.kernels), precision: contestant.precision)
            kernels.note(session.kernelDecisions, of: contestant.kernels)
            sessions.append(session)
            try await session.initializeParameters()
        }
        let stillTiming = Countdown(sessions.count)
        let timed = try await withThrowingTaskGroup(of: Laps.self) { tasks in
            for (place, session) in sessions.enumerated() {
                tasks.addTask {
                    // As training itself goes.
                    try await session.onFirstCore { try await laps(of: session, place: place, stillTiming: stillTiming) }
                }
            }
            return try await tasks.reduce(into: [Laps]()) { $0.append($1) }.sorted { $0.place < $1.place }
        }
        let bytes = sessions.reduce(0) { $0 + $1.memory.reduce(0) { $0 + $1.total } }
        for session in sessions { try await session.end() }
        let rate = timed.reduce(0) { $0 + Double(runs[$1.place].batchSize * steps) / $1.seconds.reduce(0, +) }
        return Turn(stepSeconds: timed[0].seconds, imagesPerSecond: rate, clock: timed[0].clock, devicesBytes: bytes)
    }

    /// One run's steps on the clock.
    private struct Laps: Sendable {
        let place: Int
        let seconds: [Double]
        let clock: StepClock
    }

    private func laps(
        of session: TrainingSession, place: Int, stillTiming: Countdown
    ) async throws -> Laps {
        var step = 0
        func train() async throws {
            // Too small a rate to drive random labels to infinity, where arithmetic might have another speed.
            _ = try await session.train(images: batch.images, labels: batch.labels, step: step, learningRate: 1e-5)
            step += 1
        }
        for _ in 0..<warmUp { try await train() }
        try whenWarm()
        let clock = ContinuousClock()
        var seconds: [Double] = []
        for _ in 0..<steps {
            let begin = clock.now
            try await train()
            seconds.append((clock.now - begin) / .seconds(1))
        }
        let last = session.clocks[0]
        stillTiming.count()
        while !stillTiming.isOver { try await train() }
        return Laps(place: place, seconds: seconds, clock: last)
    }
}

/// What was measured in one turn holds in all that follow, so that contestants differ in nothing but their form.
private final class KnownKernels: Sendable {
    private let known = Mutex(KernelTable())

    func selection(_ asked: KernelSelection) -> KernelSelection {
        guard asked.measures else { return asked }
        return KernelSelection(known: known.withLock { $0 }, measures: true)
    }

    func note(_ decisions: [KernelDecision], of asked: KernelSelection) {
        guard asked.measures else { return }
        known.withLock { $0.entries.merge(KernelTable(decisions).entries) { first, _ in first } }
    }
}

/// How many of some have not yet finished.
private final class Countdown: Sendable {
    private let left: Atomic<Int>

    init(_ count: Int) { left = Atomic(count) }

    var isOver: Bool { left.load(ordering: .acquiring) <= 0 }

    func count() { left.subtract(1, ordering: .acquiringAndReleasing) }
}
