import Glibc
import KernelChoices
import Kernels
import ModelZoo
import Networks
import OneDNN
import Parallelism
import Planning
import Sessions
import Tensors
import TestSupport
import Testing

/// Thousands of programs drawn by seeds: the plans of their workers fit together, and those that run agree with one device.
///
/// `Scripts/random-programs` draws as many as one likes; the tests take a portion.
@Suite(.serialized) struct RandomProgramTests {
    private static func number(_ name: String, _ common: Int) -> Int {
        getenv(name).flatMap { Int(String(cString: $0)) } ?? common
    }
    private static let first = number("PARTRAIN_PROGRAM_SEED", 1)
    private static let planned = number("PARTRAIN_PROGRAMS", 300)
    private static let run = number("PARTRAIN_PROGRAM_RUNS", 40)

    @Test func plansFitTogether() async throws {
        var (spread, meeting) = (0, 0)
        for seed in Self.first..<Self.first + Self.planned {
            // The pool's threads are for all tests.
            await Task.yield()
            let program = RandomProgram(seed: seed)
            do {
                guard let step = try program.planned() else { continue }
                spread += 1
                meeting += step.programs[0].waitCount > 2 ? 1 : 0
            } catch {
                Issue.record("\(program): \(error)")
            }
        }
        print("random programs: \(spread) of \(Self.planned) planned, \(meeting) of them wait in mid-network")
        #expect(spread > Self.planned / 3 && meeting > Self.planned / 30, "most of what is drawn is no program")
    }

    /// Kernels that each worker draws for itself round otherwise than one device's, so the bits may differ; the sums may not.
    @Test func thoseThatRunAgreeWithOneDevice() async throws {
        var (ran, seed) = (0, Self.first - 1)
        while ran < Self.run {
            seed += 1
            let program = RandomProgram(seed: seed, mostLanes: 2)
            guard program.mode != .single, program.precision == .f32, try program.planned() != nil else { continue }
            ran += try await expectAgreement(program) ? 1 : 0
        }
        print("random programs: \(ran) ran, of the seeds up to \(seed)")
    }

    /// False for a program that has more workers than micro-batches, which does not run.
    private func expectAgreement(_ program: RandomProgram) async throws -> Bool {
        var harness = SessionHarness(
            network: program.network, batch: program.batch, classes: program.classes, optimizer: program.rule, learningRate: 0.01,
            seed: UInt64(program.seed))
        let graph = try program.network.graph(batchSize: program.batch, purpose: .training)
        let initial = await InitialParameters.values(of: graph, seed: harness.seed)
        harness.initial = initial
        // What normalises by micro-batches is another network where they are others.
        if graph.nodes.contains(where: \.operation.mixesExamples) { harness.microBatches = try program.microBatchCount() }
        let single = try await harness.run(steps: 2)
        (harness.mode, harness.devices, harness.lanes) = (program.mode, program.devices, program.lanes)
        (harness.microBatches, harness.kernels) = (program.microBatches, program.kernels)
        let spread: SessionHarness.Outcome
        do {
            spread = try await harness.run(steps: 2)
        } catch ParallelismError.tooFewMicroBatches {
            return false
        }
        let rounding = Agreement(steps: 2, batchSize: program.batch, nearTies: 0)
        let changes = zip(single.parameters, initial).map { after, before in
            zip(after.values, before.values).reduce(0) { max($0, Double(abs($1.0 - $1.1))) }
        }
        for (index, change) in Agreement.counted(changes, in: graph).enumerated() {
            Tolerance(4 * rounding.shareOfChange * change, relative: 4 * rounding.rounding).expect(
                spread.parameters[index].values, single.parameters[index].values, "\(program): \(single.names[index])")
        }
        return true
    }

    /// Fifteen classes are divided by three devices but not by two, the layer before by six: what comes back from the classes' gradients has
    /// to be sliced for the pair before it is summed over the three.
    @Test(arguments: [6, 12]) func whatOneAxisDividesAndTheOtherDoesNotIsWhole(devices: Int) async throws {
        let network = Network("fifteen", input: [1, 8, 8]) {
            Conv2D(24, kernel: 3, padding: 1)
            Tanh()
            Dense(36)
            Tanh()
            Dense(15)
        }
        var harness = SessionHarness(network: network, batch: 24, classes: 15)
        let single = try await harness.run(steps: 1, wantsGradients: true)
        (harness.mode, harness.devices) = (.model, devices)
        let spread = try await harness.run(steps: 1, wantsGradients: true)
        for index in single.names.indices {
            let largest = single.gradients[index].values.reduce(0) { max($0, abs($1)) }
            Tolerance(1e-5 * Double(largest), relative: 1e-5).expect(
                spread.gradients[index].values, single.gradients[index].values, single.names[index])
        }
    }

    /// Shipped networks, with batches that nothing divides.
    @Test func plansOfShippedNetworksFitTogether() throws {
        var planned = 0
        for name in ModelZoo.small + ["resnet20-cifar"] {
            let network = try ModelZoo.network(named: name)
            let engine = try Engine.forPlanning()
            for mode in ParallelMode.allCases {
                for devices in mode == .single ? [1] : [2, 3, 5] {
                    for (lanes, batch) in [(1, 7), (2, 31), (3, 12)] {
                        do {
                            _ = try PlannedStep(
                                network, strategy: mode, devices: devices, lanes: lanes, batchSize: batch, engine: engine)
                            planned += 1
                        } catch is ParallelismError {}
                    }
                }
            }
        }
        #expect(planned > 20)
    }

    /// Each wait of a plan is needed: without it the checker finds what goes wrong, so the checker sees.
    @Test(arguments: [ParallelMode.data, .model, .hybrid]) func noWaitCanBeLeftOut(mode: ParallelMode) throws {
        let network = try ModelZoo.network(named: "alexnet-small")
        let step = try PlannedStep(
            network, strategy: mode, devices: 2, lanes: 1, batchSize: 8, engine: Engine.forPlanning())
        let traces = try #require(step.traces[.training])
        try PlanChecker.check(traces)
        let waits = step.programs[0].waitCount
        try #require(waits > 0)
        for place in 0..<waits {
            #expect(throws: PlanFault.self, "wait \(place) in one worker's plan") {
                try PlanChecker.check([traces[0], traces[1].leavingOut(wait: place)])
            }
            #expect(throws: PlanFault.self, "wait \(place) in all plans") {
                try PlanChecker.check(traces.map { $0.leavingOut(wait: place) })
            }
        }
    }
}

extension MemoryTrace {
    func leavingOut(wait place: Int) -> MemoryTrace {
        var trace = self
        var met = -1
        trace.events.removeAll { event in
            guard case .wait = event else { return false }
            met += 1
            return met == place
        }
        return trace
    }
}
