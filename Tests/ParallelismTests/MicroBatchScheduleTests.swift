import ModelZoo
import Networks
import Parallelism
import Tensors
import Testing

/// Who computes which examples in which micro-step.
@Suite struct MicroBatchScheduleTests {
    private func placed(
        _ mode: ParallelMode, devices: Int, lanes: Int = 1, microBatches: Int?, batch: Int = 19
    ) throws -> PlacedGraph {
        let network = try ModelZoo.network(named: "lenet5")
        let training = try TrainingGraph(of: network.graph(batchSize: batch, purpose: .training))
        return try Partitioner.place(training, strategy: mode, devices: devices, lanes: lanes, microBatches: microBatches)
    }

    /// The examples whose images a worker loads, micro-step by micro-step.
    private func loads(_ placed: PlacedGraph, worker: Int) throws -> [Range<Int>] {
        let images = try #require(
            placed.microStepInstructions.lazy.compactMap { if case .load(let id) = $0 { id } else { nil } }.first)
        return (0..<placed.microStepCount(of: worker)).map { placed.ranges(of: images, worker: worker, microStep: $0)[0] }
    }

    /// The first drawing above `MicroBatchSchedule`.
    @Test func eightMicroBatchesOnThreeWorkersAreThreeThreeAndTwo() throws {
        let placed = try placed(.data, devices: 3, microBatches: 8, batch: 8)
        let starts = try (0..<3).map { try loads(placed, worker: $0).map(\.lowerBound) }
        #expect(starts == [[0, 1, 2], [3, 4, 5], [6, 7]])
    }

    /// The second one: what the devices of a lane gather in a micro-step is a run of examples.
    @Test func hybridModeSharesAGroupInEveryTurn() throws {
        let placed = try placed(.hybrid, devices: 2, lanes: 2, microBatches: 8, batch: 8)
        let starts = try (0..<4).map { try loads(placed, worker: $0).map(\.lowerBound) }
        // Worker = lane · devices + device.
        #expect(starts == [[0, 2], [1, 3], [4, 6], [5, 7]])
        let losses = (0..<2).map { placed.ranges(of: placed.outputs[0], worker: 0, microStep: $0)[0] }
        #expect(losses == [0..<2, 2..<4])
    }

    @Test(arguments: [ParallelMode.data, .model, .hybrid], [1, 2, 4])
    func everyExampleIsComputedOnce(mode: ParallelMode, devices: Int) throws {
        for (lanes, microBatches) in [(1, 8), (2, 8), (1, 4), (2, 16)] {
            let placed = try placed(mode, devices: devices, lanes: lanes, microBatches: microBatches)
            var count = Array(repeating: 0, count: 19)
            for worker in 0..<placed.mesh.workerCount {
                for range in try loads(placed, worker: worker) { for example in range { count[example] += 1 } }
            }
            // In model mode every device sees all examples.
            #expect(count == Array(repeating: mode == .model ? devices : 1, count: 19))
        }
    }

    @Test func aMicroBatchesExamplesDoNotDependOnTheDevices() throws {
        let one = try loads(placed(.data, devices: 1, microBatches: 8), worker: 0)
        for (devices, lanes) in [(2, 1), (3, 1), (8, 1), (1, 2), (3, 2), (4, 2), (8, 2), (11, 1)] {
            let placed = try placed(.data, devices: devices, lanes: lanes, microBatches: 8)
            #expect(try (0..<placed.mesh.workerCount).flatMap { try loads(placed, worker: $0) } == one)
        }
    }

    @Test func theProgramShowsEqualTurnsOnce() throws {
        let placed = try placed(.data, devices: 1, microBatches: 4, batch: 18)
        let program = Program(of: placed, worker: 0)
        let headings = program.description.split(separator: "\n").filter { $0.hasSuffix(":") }
        // Micro-batches of five, five, four and four; additions after the second and, two levels, after the fourth.
        #expect(headings == ["micro-step 0:", "micro-step 1:", "micro-step 2:", "micro-step 3:", "after the micro-steps:"])
        #expect(program.microStepCount == 4)
        let whole = Program(of: try self.placed(.data, devices: 1, microBatches: 1, batch: 18), worker: 0)
        let additions = program.instructions.filter { $0.kind == .accumulate }.reduce(0) { $0 + $1.cost.floatingPointOperations }
        #expect(additions == 3 * placed.graph.parameters.reduce(0) { $0 + $1.shape.elementCount })
        #expect(program.floatingPointOperations == whole.floatingPointOperations + additions)
    }

    /// Of devices with one core each nothing is said of cores.
    @Test(arguments: [(2, 2, "2 devices of 2 cores each"), (4, 1, "4 devices"), (1, 4, "1 device of 4 cores each")])
    func aRefusalCountsTheDevicesAndTheirCores(devices: Int, lanes: Int, text: String) {
        let error = ParallelismError.tooFewMicroBatches(3, devices: devices, lanes: lanes, needed: 4)
        #expect(
            error.description == "3 micro-batches do not give each of \(text) one; use at least 4 micro-batches or fewer devices")
    }

    @Test func whatCannotBeSharedIsRefused() {
        #expect(throws: ParallelismError.tooFewMicroBatches(3, devices: 2, lanes: 2, needed: 4)) {
            try placed(.hybrid, devices: 2, lanes: 2, microBatches: 3)
        }
        #expect(throws: ParallelismError.tooFewMicroBatches(0, devices: 2, lanes: 1, needed: 2)) {
            try placed(.data, devices: 2, microBatches: 0)
        }
        #expect(throws: ParallelismError.moreMicroBatchesThanExamples(microBatches: 20, batch: 19)) {
            try placed(.data, devices: 2, microBatches: 20)
        }
        #expect(throws: ParallelismError.unevenMicroBatches(5, devices: 2, lanes: 1, unit: 2)) {
            try placed(.hybrid, devices: 2, microBatches: 5)
        }
        #expect(throws: ParallelismError.unevenMicroBatches(5, devices: 2, lanes: 2, unit: 2)) {
            try placed(.model, devices: 2, lanes: 2, microBatches: 5)
        }
    }
}
