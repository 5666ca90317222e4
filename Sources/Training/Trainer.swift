import Checkpoints
import Configuration
import Datasets
import Devices
import Parallelism
package import Sessions
import TextLayout
import Topology

/// Trains a network as a preparation says, and tells what happens.
public struct Trainer: Sendable {
    private let preparation: TrainingPreparation
    private let record: RunRecord?
    private let stop: StopRequest
    /// Ends the program where a step stands still on the very core that the run waits on.
    private let onUnheardStall: (@Sendable (any Error) -> Void)?
    /// For tests: a worker that stands still.
    package var stall: StallFault?
    /// Worked out and checked already, if so.
    private let memory: RunMemoryPlan?

    /// - Parameters:
    ///   - record: where the run is kept; nothing is left behind without.
    ///   - stop: ends the run at its next step, saved.
    ///   - onUnheardStall: called with the error where a step stands still on the very core that the run waits on, so that this never
    ///     returns. A program ends itself here.
    public init(
        _ preparation: TrainingPreparation, record: RunRecord? = nil, stop: StopRequest = StopRequest(),
        onUnheardStall: (@Sendable (any Error) -> Void)? = nil
    ) {
        self.init(preparation, record: record, stop: stop, memory: nil, onUnheardStall: onUnheardStall)
    }

    private init(
        _ preparation: TrainingPreparation, record: RunRecord?, stop: StopRequest, memory: RunMemoryPlan?,
        onUnheardStall: (@Sendable (any Error) -> Void)?
    ) {
        self.preparation = preparation
        self.record = record
        self.stop = stop
        self.memory = memory
        self.onUnheardStall = onUnheardStall
    }

    /// A run that was begun or opened together with its folder.
    public init(
        _ run: PreparedRun, stop: StopRequest = StopRequest(), onUnheardStall: (@Sendable (any Error) -> Void)? = nil
    ) {
        self.init(run.preparation, record: run.record, stop: stop, memory: run.memory, onUnheardStall: onUnheardStall)
    }

    /// Starts the devices, trains, validates, saves, and ends the devices.
    ///
    /// The same preparation gives the same weights, whatever `report` does. Throws the first error of the data, of a device, of
    /// the disk or of `report`; `TrainingError.diverged` where the loss is no number any more; `TrainingError.stopped` where a
    /// stop was asked for. Whatever is thrown, the checkpoints that were saved before are in order.
    @discardableResult
    public func run(report: (TrainingEvent) throws -> Void) async throws -> FinishedReport {
        let configuration = preparation.configuration
        func tell(_ event: TrainingEvent) throws {
            var event = event
            if case .stopped(var stopped) = event {
                stopped.imageWarnings = preparation.dataset.imageWarnings
                event = .stopped(stopped)
            }
            try record?.note(event)
            try report(event)
        }
        let memory = try memory ?? preparation.checkedMemoryPlan()
        let input = try TrainingInput(preparation)
        try tell(.configuration(configuration))
        if let run = runReport { try tell(.run(run)) }
        try tell(.data(input.report))
        try tell(.summary(preparation.network))

        let devices = try DeviceGroup(reserving: preparation.assignment, of: preparation.machine)
        defer { devices.shutdown() }
        var finished = try await train(on: devices, input, memory, tell)
        finished.imageWarnings = preparation.dataset.imageWarnings
        try tell(.finished(finished))
        return finished
    }

    private func train(
        on devices: DeviceGroup, _ input: TrainingInput, _ memory: RunMemoryPlan, _ tell: (TrainingEvent) throws -> Void
    ) async throws -> FinishedReport {
        let configuration = preparation.configuration
        let cache = KernelCache()
        let session = try await TrainingSession(
            preparation.network.network, strategy: configuration.mode, devices: devices, batchSize: configuration.batchSize,
            microBatches: configuration.microBatches, optimizer: configuration.updateRule, seed: configuration.seed,
            kernels: configuration.kernelSelection(cache: cache, saved: preparation.origin.kernels),
            precision: configuration.precision, deviceMemory: configuration.deviceMemory?.bytes, inspection: nil,
            stallTimeout: .seconds(configuration.stallTimeout), onUnheardStall: onUnheardStall, stall: stall)
        let finished: FinishedReport
        do {
            try tell(
                .devices(
                    DevicesReport(
                        machine: devices.machine, assignment: devices.assignment, bindings: devices.bindings,
                        placement: devices.placement)))
            try tell(.kernels(KernelsReport(session.kernelDecisions, saved: preparation.origin.kernels, keptIn: cache)))
            finished = try await train(session, input, memory, tell)
        } catch {
            // What the end throws followed from this error.
            try? await session.end()
            throw error
        }
        try await session.end()
        return finished
    }

    private func train(
        _ session: TrainingSession, _ input: TrainingInput, _ memory: RunMemoryPlan, _ tell: (TrainingEvent) throws -> Void
    ) async throws -> FinishedReport {
        switch preparation.origin {
        case .seed:
            try await session.initializeParameters()
        case .weights(let weights):
            try await session.setParameters(
                weights.values(of: session.parameters, seed: preparation.configuration.seed))
        case .saved(let run):
            let (values, slots) = try run.tensors(for: session.parameters, slots: session.optimizerSlots)
            try await session.setParameters(values)
            try await session.setOptimizerState(slots)
        }
        var loop = TrainingLoop(
            preparation.configuration, input: input, session: session, from: preparation.origin.state, record: record, stop: stop)
        try await session.onFirstCore { try await loop.run(report: tell) }
        return try loop.finished(
            exchangedBytes: preparation.network.programs.reduce(0) { $0 + $1.received.bytes },
            weightsSHA256: WeightsDigest.hexadecimal(of: session), memory: memory)
    }

    /// Nil for a run that neither leaves something behind nor begins with something.
    private var runReport: RunReport? {
        let weights = if case .weights(let weights) = preparation.origin { weights.report } else { WeightsReport?.none }
        let (resumedFrom, initializedFrom): (String?, String?) =
            switch preparation.origin {
            case .seed: (nil, nil)
            case .weights(let weights): (nil, weights.path)
            case .saved(let run): (run.path, nil)
            }
        guard record != nil || resumedFrom != nil || initializedFrom != nil else { return nil }
        return RunReport(
            folder: record?.path, resumedFrom: resumedFrom, step: preparation.origin.state.step,
            initializedFrom: initializedFrom, weights: weights,
            warnings: preparation.warnings + [weights?.sentence].compactMap(\.self) + (record?.warnings ?? [])
                + preparation.learnt.warnings)
    }
}
