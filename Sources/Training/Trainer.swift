import Datasets
import Devices
import Execution
import Glibc
import Parallelism

/// Trains a network as a preparation says, and tells what happens.
public struct Trainer: Sendable {
    private let preparation: TrainingPreparation

    public init(_ preparation: TrainingPreparation) {
        self.preparation = preparation
    }

    /// Starts the devices, trains, validates, and ends the devices.
    ///
    /// The same preparation gives the same weights, whatever `report` does. Throws the first error of the data, of a device or
    /// of `report`; `TrainingError.diverged` where the loss is no number any more.
    @discardableResult
    public func run(report: (TrainingEvent) throws -> Void) async throws -> FinishedReport {
        let configuration = preparation.configuration
        let input = try TrainingInput(preparation)
        try report(.configuration(configuration))
        try report(.data(input.report))
        try report(.summary(preparation.network))

        let devices = try DeviceGroup(preparation.machine, preparation.assignment)
        let session = try await TrainingSession(
            preparation.network.network, strategy: configuration.mode, devices: devices, batchSize: configuration.batchSize,
            shards: configuration.shards, optimizer: configuration.gradientDescent, seed: configuration.seed)
        do {
            try report(
                .devices(
                    DevicesReport(machine: devices.machine, assignment: devices.assignment, bindings: devices.bindings)))
            try await session.initializeParameters()
            var course = TrainingCourse(configuration, input: input, session: session)
            try await course.run(report: report)
            let parameters = try await session.parameterValues()
            let finished = try course.finished(
                exchangedBytes: preparation.network.programs.reduce(0) { $0 + $1.received.bytes },
                weightsSHA256: WeightsDigest.hexadecimal(of: session.parameters, values: parameters))
            try await session.end()
            devices.shutdown()
            try report(.finished(finished))
            return finished
        } catch {
            // What the end throws followed from this error.
            try? await session.end()
            devices.shutdown()
            throw error
        }
    }
}
