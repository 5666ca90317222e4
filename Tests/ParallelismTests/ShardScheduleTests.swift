import ModelZoo
import Networks
import Parallelism
import Tensors
import Testing

/// Who computes which examples in which turn.
@Suite struct ShardScheduleTests {
    private func placed(
        _ mode: ParallelMode, devices: Int, lanes: Int = 1, shards: Int?, batch: Int = 19
    ) throws -> PlacedGraph {
        let network = try ModelZoo.network(named: "lenet5")
        let training = try TrainingGraph(of: network.graph(batchSize: batch, purpose: .training))
        return try Partitioner.place(training, strategy: mode, devices: devices, lanes: lanes, shards: shards)
    }

    /// The examples whose images a worker loads, turn by turn.
    private func loads(_ placed: PlacedGraph, worker: Int) throws -> [Range<Int>] {
        let images = try #require(
            placed.turnInstructions.lazy.compactMap { if case .load(let id) = $0 { id } else { nil } }.first)
        return (0..<placed.turnCount(of: worker)).map { placed.ranges(of: images, worker: worker, turn: $0)[0] }
    }

    /// The first drawing above `ShardSchedule`.
    @Test func eightShardsOnThreeWorkersAreThreeThreeAndTwo() throws {
        let placed = try placed(.data, devices: 3, shards: 8, batch: 8)
        let starts = try (0..<3).map { try loads(placed, worker: $0).map(\.lowerBound) }
        #expect(starts == [[0, 1, 2], [3, 4, 5], [6, 7]])
    }

    /// The second one: what the devices of a lane gather in a turn is a run of examples.
    @Test func hybridModeSharesAGroupInEveryTurn() throws {
        let placed = try placed(.hybrid, devices: 2, lanes: 2, shards: 8, batch: 8)
        let starts = try (0..<4).map { try loads(placed, worker: $0).map(\.lowerBound) }
        // Worker = lane · devices + device.
        #expect(starts == [[0, 2], [1, 3], [4, 6], [5, 7]])
        let losses = (0..<2).map { placed.ranges(of: placed.losses, worker: 0, turn: $0)[0] }
        #expect(losses == [0..<2, 2..<4])
    }

    @Test(arguments: [ParallelMode.data, .model, .hybrid], [1, 2, 4])
    func everyExampleIsComputedOnce(mode: ParallelMode, devices: Int) throws {
        for (lanes, shards) in [(1, 8), (2, 8), (1, 4), (2, 16)] {
            let placed = try placed(mode, devices: devices, lanes: lanes, shards: shards)
            var count = Array(repeating: 0, count: 19)
            for worker in 0..<placed.mesh.workerCount {
                for range in try loads(placed, worker: worker) { for example in range { count[example] += 1 } }
            }
            // In model mode every device sees all examples.
            #expect(count == Array(repeating: mode == .model ? devices : 1, count: 19))
        }
    }

    @Test func aShardsExamplesDoNotDependOnTheDevices() throws {
        let one = try loads(placed(.data, devices: 1, shards: 8), worker: 0)
        for (devices, lanes) in [(2, 1), (3, 1), (8, 1), (1, 2), (3, 2), (4, 2), (8, 2), (11, 1)] {
            let placed = try placed(.data, devices: devices, lanes: lanes, shards: 8)
            #expect(try (0..<placed.mesh.workerCount).flatMap { try loads(placed, worker: $0) } == one)
        }
    }

    @Test func theProgramShowsEqualTurnsOnce() throws {
        let placed = try placed(.data, devices: 1, shards: 4, batch: 18)
        let program = Program(of: placed, worker: 0)
        let headings = program.description.split(separator: "\n").filter { $0.hasSuffix(":") }
        // Shards of five, five, four and four; additions after the second and, two levels, after the fourth.
        #expect(headings == ["turn 0:", "turn 1:", "turn 2:", "turn 3:", "after the turns:"])
        #expect(program.turnCount == 4)
        let whole = Program(of: try self.placed(.data, devices: 1, shards: 1, batch: 18), worker: 0)
        let additions = program.instructions.filter { $0.kind == .accumulate }.reduce(0) { $0 + $1.cost.floatingPointOperations }
        #expect(additions == 3 * placed.graph.parameters.reduce(0) { $0 + $1.shape.elementCount })
        #expect(program.floatingPointOperations == whole.floatingPointOperations + additions)
    }

    /// Of devices with one core each nothing is said of cores.
    @Test(arguments: [(2, 2, "2 devices of 2 cores each"), (4, 1, "4 devices"), (1, 4, "1 device of 4 cores each")])
    func aRefusalCountsTheDevicesAndTheirCores(devices: Int, lanes: Int, text: String) {
        let error = ParallelismError.tooFewShards(3, devices: devices, lanes: lanes, needed: 4)
        #expect(
            error.description == "3 shards do not give each of \(text) one; use at least 4 shards or fewer devices")
    }

    @Test func whatCannotBeSharedIsRefused() {
        #expect(throws: ParallelismError.tooFewShards(3, devices: 2, lanes: 2, needed: 4)) {
            try placed(.hybrid, devices: 2, lanes: 2, shards: 3)
        }
        #expect(throws: ParallelismError.tooFewShards(0, devices: 2, lanes: 1, needed: 2)) {
            try placed(.data, devices: 2, shards: 0)
        }
        #expect(throws: ParallelismError.moreShardsThanExamples(shards: 20, batch: 19)) {
            try placed(.data, devices: 2, shards: 20)
        }
        #expect(throws: ParallelismError.unevenShards(5, devices: 2, lanes: 1, unit: 2)) {
            try placed(.hybrid, devices: 2, shards: 5)
        }
        #expect(throws: ParallelismError.unevenShards(5, devices: 2, lanes: 2, unit: 2)) {
            try placed(.model, devices: 2, lanes: 2, shards: 5)
        }
    }
}
