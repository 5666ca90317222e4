import Networks
import Parallelism
import Planning
import Sessions
import Tensors
import Topology
import Training

/// Holds one case to one device, step by step.
struct CaseVerification {
    let run: CaseRun
    let reference: ReferenceRun
    let injection: PlannedInjection?

    /// - Parameter progress: is told how many steps have been taken.
    func verify(_ test: VerificationCase, progress: (Int) throws -> Void) async throws -> VerificationRow {
        var row = VerificationRow(test)
        let inspection = ExchangeInspection()
        do {
            let digests = try await follow(test, inspection, &row, progress)
            // An error made on purpose is not made twice.
            if test.promise == .bounded, row.injected == nil { try await repeatRun(test, digests, &row, progress) }
        } catch let error where Self.isObstacle(error) {
            row.obstacle = "\(error)"
        } catch let error as ExecutionError {
            // What the exchanges of the step that failed showed may be the reason.
            add(inspection.takeFindings(), to: &row)
            row.broken.append(BrokenPromise(.failure, "\(error)"))
        }
        if let injected = row.injected {
            row.injected?.foundAs = row.broken.first {
                $0.step == injected.step && $0.device == injected.device && $0.layer == injected.layer
            }
        }
        return row
    }

    /// Why a case cannot run on these devices, as opposed to what goes wrong when it does.
    static func isObstacle(_ error: any Error) -> Bool {
        if case ExecutionError.outOfMemory = error { return true }
        return error is ParallelismError || error is TopologyError
    }

    // MARK: Steps

    /// Takes the steps with all exchanges watched; gives the digest of each step's parameters where they may differ from one device's.
    private func follow(
        _ test: VerificationCase, _ inspection: ExchangeInspection, _ row: inout VerificationRow,
        _ progress: (Int) throws -> Void
    ) async throws -> [[String]] {
        var digests: [[String]] = []
        try await run(test, initial: reference.values[0], inspection: inspection) { session in
            guard let injection, injection.test == test else { return }
            inspection.inject(try injection.fault(among: inspection.sites))
        } after: { step, result, session in
            row.steps = step
            let findings = inspection.takeFindings()
            add(findings, to: &row)
            try await compareReplicas(session, step, &row)
            let parameters = try await session.parameterValues()
            let states = try await session.optimizerStateDigests()
            compare(parameters, after: step, &row)
            if test.promise == .sameBits { compare(states, session, after: step, &row) }
            compare(result, after: step, &row)
            if test.promise == .bounded || step == run.steps {
                row.weightsSHA256 = try WeightsDigest.hexadecimal(of: session.parameters, values: parameters)
                digests.append([row.weightsSHA256] + states)
            }
            try progress(step)
        }
        return digests
    }

    private func add(_ findings: ExchangeInspection.Findings, to row: inout VerificationRow) {
        row.exchanges += findings.exchanges
        row.exchangeBytes += findings.bytes
        row.broken += findings.mismatches.map { BrokenPromise($0) }
        guard let injected = findings.injected else { return }
        let (fault, index) = (injected.fault, injected.index ?? [])
        row.injected = InjectedError(
            step: fault.step + 1, device: fault.site.device, layer: fault.site.layer,
            place: "\(fault.site.kind) of \(fault.site.tensor)[\(index.map(String.init).joined(separator: ", "))]",
            before: injected.before, after: injected.after)
    }

    private func compareReplicas(_ session: TrainingSession, _ step: Int, _ row: inout VerificationRow) async throws {
        let replicas = try await session.replicaDifferences()
        row.replicaBytes += replicas.bytes
        row.broken += replicas.differences.map { BrokenPromise($0, layer: layer(of: $0.parameter), step: step) }
    }

    private func compare(_ parameters: [HostTensor], after step: Int, _ row: inout VerificationRow) {
        let differences = reference.differences(after: step, parameters)
        row.differences.merge(differences)
        let promise = row.test.promise
        row.broken += differences.filter { promise == .sameBits || !($0.shareOfBound <= 1) }
            .map { BrokenPromise($0, layer: layer(of: $0.parameter), promise: promise) }
    }

    private func compare(_ states: [String], _ session: TrainingSession, after step: Int, _ row: inout VerificationRow) {
        for (number, parameter) in session.parameters.enumerated() where states[number] != reference.states[step - 1][number] {
            let layer = layer(of: parameter.name)
            row.broken.append(
                BrokenPromise(
                    .state, step: step, layer: layer,
                    "step \(step), layer \(layer): the optimizer's state of \(parameter.name) is not the same bits as one device's"
                ))
        }
    }

    /// The examples' losses, summed in their order. Where sums may be added otherwise, they are held to a part of themselves.
    private func compare(_ result: StepResult, after step: Int, _ row: inout VerificationRow) {
        let expected = reference.results[step - 1].loss
        let allowed = row.test.promise == .sameBits ? 0 : reference.lossAllowance(after: step)
        let distance = abs(result.loss - expected)
        guard !(distance <= allowed && allowed.isFinite) else { return }
        row.broken.append(
            BrokenPromise(
                .loss, step: step,
                "step \(step): the mean loss is \(result.loss), one device's is \(expected)"
                    + (allowed > 0 ? ", farther than the \(allowed) that is allowed" : "")))
    }

    /// The same again, with nobody watching, must give the same bits after every step.
    private func repeatRun(
        _ test: VerificationCase, _ digests: [[String]], _ row: inout VerificationRow, _ progress: (Int) throws -> Void
    ) async throws {
        var broken: BrokenPromise?
        try await run(test, initial: reference.values[0]) { step, _, session in
            let weights = try WeightsDigest.hexadecimal(of: session.parameters, values: try await session.parameterValues())
            if [weights] + (try await session.optimizerStateDigests()) != digests[step - 1], broken == nil {
                broken = BrokenPromise(.repetition, step: step, "step \(step): the same run again gave other bits")
            }
            try progress(step)
        }
        if let broken { row.broken.append(broken) }
    }

    /// The layer that reads a parameter.
    private func layer(of parameter: String) -> String {
        guard let value = reference.graph.values.first(where: { $0.name == parameter })?.id else { return parameter }
        return reference.graph.nodes.first { $0.inputs.contains(value) }?.layer ?? parameter
    }
}
