import ModelZoo
import Networks
import Parallelism
import Testing

/// A schedule as a grid: printed, read back, and checked cell by cell.
@Suite struct ScheduleGridTests {
    private func grid(
        _ mode: ParallelMode, devices: Int, lanes: Int = 1, microBatches: Int? = nil, batch: Int = 16
    ) throws -> (grid: ScheduleGrid, microBatches: Int) {
        let training = try TrainingGraph(of: ModelZoo.network(named: "lenet5").graph(batchSize: batch, purpose: .training))
        let placed = try Partitioner.place(
            training, strategy: mode, devices: devices, lanes: lanes, microBatches: microBatches)
        return (ScheduleGrid(of: placed), placed.schedule.microBatches)
    }

    /// The drawings above `MicroBatchSchedule`.
    @Test func schedulesAreAsDrawn() throws {
        #expect(
            try grid(.data, devices: 3, microBatches: 8).grid.description == """
                micro-step  0  1  2
                worker 0    0  1  2
                worker 1    3  4  5
                worker 2    6  7

                """)
        #expect(
            try grid(.hybrid, devices: 2, lanes: 2, microBatches: 8).grid.description == """
                micro-step  0  1
                worker 0    0  2
                worker 1    1  3
                worker 2    4  6
                worker 3    5  7

                """)
    }

    static let spreads: [(ParallelMode, Int, Int, Int?)] = [
        (.single, 1, 1, nil), (.single, 1, 3, 7), (.data, 2, 1, nil), (.data, 3, 2, 8), (.data, 5, 1, 3), (.data, 2, 1, 14),
        (.model, 2, 1, 3), (.model, 4, 2, 8), (.hybrid, 2, 1, 4), (.hybrid, 4, 2, 16),
    ]

    @Test(arguments: spreads) func everyScheduleIsReadBackAndHolds(
        mode: ParallelMode, devices: Int, lanes: Int, microBatches: Int?
    )
        throws
    {
        let (grid, count) = try grid(mode, devices: devices, lanes: lanes, microBatches: microBatches)
        #expect(ScheduleGrid(grid.description) == grid)
        try grid.check(microBatches: count)
        #expect(grid.cells.count == devices * lanes)
    }

    @Test func severalTogetherAreOneCell() throws {
        let grid = ScheduleGrid(cells: [[0..<4, 4..<5], [5..<12], []])
        #expect(grid.description.contains("worker 1    5-11\n") && ScheduleGrid(grid.description) == grid)
        try grid.check(microBatches: 12)
    }

    @Test(arguments: [
        "", "micro-step  0\n", "micro-step  1\nworker 0    0\n", "micro-step  0\nworker 1    0\n",
        "micro-step  0\nworker 0    x\n",
        "micro-step  0\nworker 0    3-1\n", "micro-step  0\nworker 0    -1\n", "micro-step  0\nworker 0    0  1\n",
        "micro-step  0  1\nworker 0    0\n", "step  0\nworker 0    0\n", "micro-step  0\nworker 0    1-2-3\n",
        "micro-step  0\nworker 0    9223372036854775807\n",
    ]) func whatIsNoGridIsNotRead(text: String) {
        #expect(ScheduleGrid(text) == nil)
    }

    /// Whatever cell is changed, the fault is in it, or says what is missing.
    @Test func theWrongCellIsNamed() throws {
        func fault(_ cells: [[Range<Int>]], _ count: Int = 4) -> ScheduleFault? {
            #expect(throws: ScheduleFault.self) { try ScheduleGrid(cells: cells).check(microBatches: count) }
        }
        #expect(fault([[0..<1, 1..<2], [2..<3]])?.description == "nobody computes micro-batch 3")
        let twice = fault([[0..<1, 1..<2], [1..<2, 2..<3, 3..<4]])
        #expect(twice?.worker == 1 && twice?.microStep == 0)
        #expect(twice?.description == "worker 1, micro-step 0: micro-batch 1 is computed 2 times, others 1 times")
        let beyond = fault([[0..<1, 1..<2], [2..<3, 4..<5]])
        #expect(beyond?.worker == 1 && beyond?.microStep == 1)
        let early = fault([[1..<2, 0..<1], [2..<3, 3..<4]])
        #expect(early?.worker == 0 && early?.microStep == 1)
        // Devices that share the channels compute the same micro-batches.
        #expect(throws: Never.self) { try ScheduleGrid(cells: [[0..<1, 1..<2], [0..<1, 1..<2]]).check(microBatches: 2) }
    }
}
