import Networks
import Parallelism
import Sessions
import Tensors
import TestSupport
import Testing

/// Batch normalisation by the statistics of the whole batch: the same on any number of devices, and but for rounding whatever the batch is cut
/// into.
@Suite(.serialized) struct SynchronisedBatchNormTests {
    private static let network = BatchNormTests.network.normalizing(by: .synchronised)

    private func harness(
        _ mode: ParallelMode, devices: Int, lanes: Int = 1, microBatches: Int = 8, batch: Int = 24, network: Network = network
    ) -> SessionHarness {
        SessionHarness(
            network: network, mode: mode, devices: devices, lanes: lanes, microBatches: microBatches, batch: batch, classes: 5,
            learningRate: 0.05)
    }

    private func expectAgreement(
        _ found: SessionHarness.Outcome, _ one: SessionHarness.Outcome, batch: Int = 24, _ what: String
    ) async throws {
        let begun = await InitialParameters.values(
            of: try Self.network.graph(batchSize: batch, purpose: .training), seed: harness(.single, devices: 1).seed)
        let agreement = Agreement(steps: 4, batchSize: batch, nearTies: 0)
        for index in one.names.indices {
            let change = zip(one.parameters[index].values, begun[index].values).reduce(Float(0)) { max($0, abs($1.0 - $1.1)) }
            Tolerance(agreement.shareOfChange * Double(change), relative: agreement.rounding).expect(
                found.parameters[index].values, one.parameters[index].values, "\(what): \(one.names[index])")
        }
    }

    /// Micro-batches of three, and of two and three examples.
    @Test(arguments: [24, 20]) func dataModeComputesTheSameBits(batch: Int) async throws {
        let one = try await harness(.single, devices: 1, batch: batch).run(steps: 4)
        for (devices, lanes) in [(2, 1), (3, 1), (4, 1), (8, 1), (2, 2), (1, 3)] {
            let found = try await harness(.data, devices: devices, lanes: lanes, batch: batch).run(steps: 4)
            #expect(found.parameters == one.parameters && found.losses == one.losses, "\(devices) devices of \(lanes)")
        }
    }

    @Test(arguments: [(ParallelMode.model, 2), (.model, 4), (.hybrid, 2), (.hybrid, 4)])
    func otherModesAgree(spread: (mode: ParallelMode, devices: Int)) async throws {
        let one = try await harness(.single, devices: 1).run(steps: 4)
        let found = try await harness(spread.mode, devices: spread.devices).run(steps: 4)
        try await expectAgreement(found, one, "\(spread)")
    }

    /// A batch in one piece, in pieces, and in single examples, of which the last normalisation has one value each.
    @Test func statisticsAreThoseOfTheBatch() async throws {
        let whole = try await harness(.single, devices: 1, microBatches: 1, network: BatchNormTests.network).run(steps: 4)
        for (devices, microBatches) in [(1, 1), (1, 5), (3, 8), (2, 24)] {
            let found = try await harness(.data, devices: devices, microBatches: microBatches).run(steps: 4)
            try await expectAgreement(found, whole, "\(microBatches) micro-batches")
        }
        let apart = try await harness(.single, devices: 1, network: BatchNormTests.network).run(steps: 4)
        let distances = zip(apart.parameters, whole.parameters).map { zip($0.values, $1.values).map { abs($0 - $1) }.max() ?? 0 }
        #expect(distances.contains { $0 > 0.01 }, "micro-batches normalised on their own are something else")
    }

    /// Each normalisation meets three times: for the mean, for the variance, and for both sums of its gradient.
    @Test func waitsAndBytesAreThoseOfTheSums() throws {
        func program(_ network: Network, _ mode: ParallelMode) throws -> Program {
            let training = try TrainingGraph(of: network.graph(batchSize: 8, purpose: .training).fusingNormalizations())
            return Program(of: try Partitioner.place(training, strategy: mode, devices: 2, microBatches: 4), worker: 0)
        }
        let sums = try program(Self.network, .data).instructions.filter {
            if case .sumOverBatch = $0.action { true } else { false }
        }
        let channels = [8, 24, 24, 24]
        #expect(sums.count == 4 * channels.count)
        // Two micro-batches of each worker are one partial sum.
        #expect(
            sums.reduce(ExchangeCount()) { $0 + $1.received } == ExchangeCount(messages: 16, bytes: 4 * 4 * channels.reduce(0, +))
        )
        let waits = try [Self.network, BatchNormTests.network].map { try program($0, .data).waitCount }
        #expect(waits[0] == waits[1] + 3 * channels.count)
        // Channels that are divided need nothing of other devices.
        #expect(try program(Self.network, .model).received == program(BatchNormTests.network, .model).received)
    }

    /// Micro-steps stand by the segments between the sums.
    @Test func theProgramPrintsItsSegments() throws {
        let training = try TrainingGraph(of: Self.network.graph(batchSize: 8, purpose: .training).fusingNormalizations())
        let placed = try Partitioner.place(training, strategy: ParallelMode.data, devices: 2, microBatches: 4)
        let table = Program(of: placed, worker: 0).table(width: nil)
        let headings = table.split(separator: "\n").filter { $0.contains("segment") }
        // The second micro-step adds what it has to that of the first.
        let wanted = (1...13).flatMap { segment in (0...1).map { "segment \(segment), micro-step \($0):" } }
        #expect(headings.count == wanted.count && zip(headings, wanted).allSatisfy { $0.contains($1) })
        let plain = try TrainingGraph(of: BatchNormTests.network.graph(batchSize: 8, purpose: .training))
        let without = try Partitioner.place(plain, strategy: ParallelMode.data, devices: 2, microBatches: 4)
        #expect(!Program(of: without, worker: 0).table(width: nil).contains("segment"))
    }

    /// What the sums come to is checked, and an error that is made in one of them is found.
    @Test func aWrongSumIsFound() async throws {
        var harness = harness(.data, devices: 2)
        let inspection = ExchangeInspection()
        harness.inspection = inspection
        _ = try await harness.run(steps: 2)
        let sites = inspection.sites.filter { $0.kind == "all-reduce" }
        #expect(sites.count == 2 * 4 * 4)
        let clean = inspection.takeFindings()
        #expect(clean.mismatches.isEmpty && clean.exchanges >= 2 * sites.count)
        for site in [sites[0], sites[17]] {
            let inspection = ExchangeInspection()
            harness.inspection = inspection
            inspection.inject(ExchangeFault(step: 1, site: site, element: 3))
            _ = try await harness.run(steps: 2)
            let findings = inspection.takeFindings()
            #expect(findings.mismatches.map(\.site) == [site] && findings.injected != nil)
        }
    }

    /// PyTorch's batch normalisation, whose batch is in one piece, by three devices with a piece for each example.
    @Test func piecesAgreeWithPyTorchsWhole() async throws {
        try await GoldenCheck("resnet20-cifar").expectPiecesAgree()
    }
}
