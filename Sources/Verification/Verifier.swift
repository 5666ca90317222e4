import Configuration
import Networks
import Parallelism
import Sessions
import Tensors
public import Topology
import Training

/// Takes a few steps on one device and in every way that is asked for, and compares after every step.
///
/// Costs the steps once on one core (twice where a mode is bounded), and once for each case, twice for bounded ones, with every
/// exchange done again by plain code.
public struct Verifier: Sendable {
    private let request: VerificationRequest
    private let preparation: TrainingPreparation

    /// Throws what `TrainingPreparation` does.
    public init(_ request: VerificationRequest, on machine: Machine) throws {
        self.request = request
        var settings = request.settings
        settings.microBatches = settings.microBatches ?? min(VerificationRequest.defaultMicroBatches, settings.batchSize)
        preparation = try TrainingPreparation(settings, on: machine)
    }

    /// Where the devices of the largest case would sit now, and what they would share with other processes.
    public func corePlacement() throws -> CorePlacement {
        let lanes = request.cases.map { $0.devices * $0.coresPerDevice }.max() ?? 1
        return try CoreReservation.look(
            on: preparation.machine, devices: min(lanes, preparation.machine.usableThreadCount), coresPerDevice: 1)
    }

    /// Gives the same report for the same request, wherever it runs. Throws the errors of the data and of `report`, and what keeps
    /// even one device from running.
    public func run(report: (VerificationEvent) throws -> Void) async throws -> VerificationReport {
        let run = try CaseRun(preparation, steps: request.steps)
        let obstacles = request.cases.map { test in Result { try run.placed(test) } }
        let injection = try injection(obstacles)
        try report(
            .began(
                preparation.configuration, source: "\(preparation.source)", steps: request.steps, cases: request.cases.count))
        var reference = try await follow(run) { try report(.progress("one device", number: 0, step: $0)) }
        if request.cases.contains(where: { $0.promise == .bounded }) {
            reference.widen(toTwice: try await roundingShares(run, reference, report))
        }

        var rows: [VerificationRow] = []
        for (number, (test, obstacle)) in zip(request.cases, obstacles).enumerated() {
            var row = VerificationRow(test)
            if case .failure(let error) = obstacle {
                guard CaseVerification.isObstacle(error) else { throw error }
                row.obstacle = "\(error)"
            } else {
                row = try await CaseVerification(run: run, reference: reference, injection: injection).verify(test) {
                    try report(.progress("\(test)", number: number + 1, step: $0))
                }
            }
            rows.append(row)
            try report(.row(row))
        }
        try report(.kernels(run.kernels.report))
        let agreement = reference.agreement(after: request.steps)
        let finished = VerificationReport(
            settings: preparation.configuration, steps: request.steps, rows: rows,
            referenceSHA256: try WeightsDigest.hexadecimal(
                of: reference.graph.parameters, values: reference.values[request.steps]),
            roundingShareOfBound: reference.roundingShare, nearTies: reference.nearTies,
            shareOfChange: agreement.shareOfChange, rounding: agreement.rounding,
            leastChange: Agreement.leastChange(in: reference.graph))
        try report(.finished(finished))
        return finished
    }

    private func injection(_ placed: [Result<PlacedGraph, any Error>]) throws -> PlannedInjection? {
        guard let wanted = request.injection else { return nil }
        let layers = zip(request.cases, placed).map { test, placed in
            (test: test, layers: (try? placed.get().exchangingLayers) ?? [])
        }
        return try PlannedInjection(
            wanted, steps: request.steps, seed: preparation.configuration.seed, layers: layers)
    }

    /// The steps on one device with one core.
    private func follow(_ run: CaseRun, _ progress: (Int) throws -> Void) async throws -> ReferenceRun {
        let graph = try preparation.network.network.graph(
            batchSize: preparation.configuration.batchSize, purpose: .training)
        let initial = await InitialParameters.values(of: graph, seed: preparation.configuration.seed)
        var reference = ReferenceRun(of: graph, initial: initial)
        try await run(ReferenceRun.test, initial: initial) { step, result, session in
            reference.add(
                result, try await session.parameterValues(), stateDigests: try await session.optimizerStateDigests())
            try progress(step)
        }
        return reference
    }

    /// How far one device parts from itself where rounding alone differs, after each step.
    private func roundingShares(
        _ run: CaseRun, _ reference: ReferenceRun, _ report: (VerificationEvent) throws -> Void
    ) async throws -> [Double] {
        let nudged = zip(reference.values[0], reference.graph.parameters).map { $1.isTrainable ? $0.nudged(seed: 1) : $0 }
        var shares: [Double] = []
        try await run(ReferenceRun.test, initial: nudged) { step, _, session in
            let differences = reference.differences(after: step, try await session.parameterValues())
            shares.append(differences.map(\.shareOfBound).max() ?? 0)
            try report(.progress("one device from weights one unit away", number: 0, step: step))
        }
        return shares
    }
}
