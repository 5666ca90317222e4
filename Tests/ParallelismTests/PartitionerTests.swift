import ModelZoo
import Networks
import Parallelism
import Tensors
import Testing

@Suite struct PartitionerTests {
    /// As it ships.
    private let alexnet: Network

    init() throws {
        alexnet = try ModelZoo.network(named: "alexnet")
    }

    private func program(
        _ mode: ParallelMode, devices: Int, lanes: Int = 1, batch: Int = 64, worker: Int = 0
    ) throws -> Program {
        let training = try TrainingGraph(of: alexnet.graph(batchSize: batch, purpose: .training))
        let placed = try Partitioner.place(training, strategy: mode, devices: devices, lanes: lanes)
        return Program(of: placed, worker: worker)
    }

    private func exchanges(_ program: Program) -> [String] {
        program.instructions.compactMap { instruction in
            guard instruction.received.messages > 0 else { return nil }
            return "\(instruction.title) \(instruction.subject) \(instruction.received.bytes)"
        }
    }

    /// Section 3.2 and figure 2 of the paper: the columns meet before convolution 3 and in the dense layers, nowhere else.
    @Test func modelModeExchangesWhereThePaperDoes() throws {
        let n = 64 * 4
        #expect(
            try exchanges(program(.model, devices: 2)) == [
                "all-gather pool2 \(n * 128 * 13 * 13)",
                "all-gather dropout1 \(n * 4608)",
                "all-gather dropout2 \(n * 2048)",
                "all-gather relu7 \(n * 2048)",
                "all-gather fc8 \(n * 500)",
                "reduce-scatter ∇fc8.input \(n * 2048)",
                "reduce-scatter ∇fc7.input \(n * 2048)",
                "reduce-scatter ∇fc6.input \(n * 4608)",
                "reduce-scatter ∇conv3.input \(n * 128 * 13 * 13)",
            ])
    }

    @Test func noBytePassesBetweenTheColumnsInConvolutions2And4And5() throws {
        for worker in 0..<2 {
            let program = try program(.model, devices: 2, worker: worker)
            for layer in ["conv2", "conv4", "conv5"] {
                let parts = program.instructions.filter { $0.subject.contains(layer) }
                #expect(parts.contains { $0.kind == .compute })
                #expect(parts.reduce(0) { $0 + $1.received.bytes } == 0)
            }
        }
    }

    @Test func dataModeExchangesGradientsAndNothingElse() throws {
        let program = try program(.data, devices: 2)
        let bytes = program.instructions.filter { $0.received.messages > 0 }
        #expect(bytes.allSatisfy { $0.kind == .exchange(.reduceScatter) || $0.kind == .exchange(.allGather) })
        #expect(bytes.count == 2 * 16)
        // Half of every gradient comes in, and half of every parameter.
        let parameters = 60_965_224 * 4
        #expect(abs(program.received.bytes - parameters) <= 32 * 64)
    }

    @Test func hybridModeIsDataParallelBeforeTheDenseLayersAndModelParallelInThem() throws {
        let lines = try exchanges(program(.hybrid, devices: 2))
        #expect(lines.first == "all-gather dropout1 \(32 * 9216 * 4)")
        #expect(!lines.contains { $0.contains("fc6.weight") || $0.contains("fc7.weight") || $0.contains("fc8.weight") })
        for convolution in 1...5 {
            #expect(lines.contains { $0.hasPrefix("reduce-scatter ∇conv\(convolution).weight") })
            #expect(lines.contains { $0.hasPrefix("all-gather conv\(convolution).weight") })
        }
    }

    /// A dense layer that scales images is no part of the dense end: nothing is exchanged around it but its gradients.
    @Test func hybridModeDividesTheBatchInGatesToo() throws {
        let network = Network("gated", input: [8, 6, 6]) {
            Conv2D(64, kernel: 3, padding: 1, name: "stem")
            Gated {
                GlobalAveragePool2D()
                Dense(64, name: "excitation")
                Sigmoid()
            }
            Conv2D(64, kernel: 3, padding: 1, name: "behind")
            Dense(512, name: "dense")
            Dense(8, name: "scores")
        }
        let training = try TrainingGraph(of: network.graph(batchSize: 8, purpose: .training))
        let placed = try Partitioner.place(training, strategy: ParallelMode.hybrid, devices: 2)
        let lines = exchanges(Program(of: placed, worker: 0))
        #expect(
            lines.filter { $0.contains("excitation") }.allSatisfy {
                $0.contains("excitation.weight") || $0.contains("excitation.bias")
            })
        #expect(lines.contains { $0.hasPrefix("reduce-scatter ∇excitation.weight") })
        #expect(lines.contains { $0.hasPrefix("all-gather flatten1") } && !lines.contains { $0.contains("dense.weight") })
    }

    @Test func everyExampleIsComputedOnceWhateverTheLanesAndDevices() throws {
        let training = try TrainingGraph(of: alexnet.graph(batchSize: 11, purpose: .training))
        for (devices, lanes) in [(1, 1), (2, 1), (3, 1), (4, 1), (2, 2), (3, 3), (1, 4)] {
            let placed = try Partitioner.place(training, strategy: ParallelMode.data, devices: devices, lanes: lanes)
            let ranges = (0..<placed.mesh.workerCount).map { placed.ranges(of: placed.outputs[0], worker: $0)[0] }
            #expect(ranges.flatMap { Array($0) } == Array(0..<11))
            #expect((ranges.map(\.count).max() ?? 0) - (ranges.map(\.count).min() ?? 0) <= 1)
        }
    }

    /// On devices of one lane each, where nothing else is said.
    @Test func aGraphWithoutGradientIsPlacedToo() throws {
        let graph = try alexnet.graph(batchSize: 11, purpose: .inference)
        let placed = try Partitioner.place(graph, strategy: ParallelMode.data, devices: 3)
        #expect(placed.mesh == Mesh(lanes: 1, deviceAxes: [3]) && placed.schedule.microBatches == 3)
        #expect((0..<3).map { placed.ranges(of: placed.outputs[0], worker: $0)[0] } == [0..<4, 4..<8, 8..<11])
        #expect(placed.microStepInstructionCount == placed.instructions.count)
    }

    @Test func slicesOfAnUpdateCoverEveryElementOnce() throws {
        let training = try TrainingGraph(of: alexnet.graph(batchSize: 12, purpose: .training))
        let placed = try Partitioner.place(training, strategy: ParallelMode.data, devices: 3, lanes: 2)
        for parameter in placed.graph.parameters.indices {
            let slices = (0..<6).map { placed.slice(of: parameter, axes: [0, 1], worker: $0) }
            #expect(slices.first?.lowerBound == 0)
            #expect(slices.last?.upperBound == placed.graph.parameters[parameter].shape.elementCount)
            #expect(zip(slices, slices.dropFirst()).allSatisfy { $0.upperBound == $1.lowerBound })
        }
    }

    @Test func aBatchSmallerThanTheDevicesIsRefusedWithBothNumbers() throws {
        let training = try TrainingGraph(of: alexnet.graph(batchSize: 3, purpose: .training))
        let error = #expect(throws: ParallelismError.self) {
            try Partitioner.place(training, strategy: ParallelMode.data, devices: 4)
        }
        #expect(error?.description.contains("batch of 3") == true && error?.description.contains("4 devices") == true)
    }

    @Test func channelsThatDoNotDivideAreRefusedByName() throws {
        let training = try TrainingGraph(of: alexnet.graph(batchSize: 8, purpose: .training))
        let error = #expect(throws: ParallelismError.self) {
            try Partitioner.place(training, strategy: ParallelMode.model, devices: 7)
        }
        #expect(error?.description.contains("conv1 (96 channels)") == true)
    }

    @Test func noDevicesAreRefused() throws {
        let training = try TrainingGraph(of: alexnet.graph(batchSize: 8, purpose: .training))
        #expect(throws: ParallelismError.noDevices(0)) {
            try Partitioner.place(training, strategy: ParallelMode.data, devices: 0)
        }
    }

    @Test func aProgramPrintsWhatItReceives() throws {
        let lines = try "\(program(.model, devices: 2))".split(separator: "\n").map(String.init)
        let columns = lines.map { $0.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ") }
        #expect(columns[0] == "# instruction of result received")
        #expect(
            columns[10...12] == [
                "9 signal", "10 wait for 1 worker", "11 all-gather pool2 64 × 256 × 13 × 13 5,537,792 bytes in 1 message",
            ])
        // What receives nothing says nothing.
        #expect(columns.count { $0.contains("bytes in") } == 1 + lines.count { $0.contains("bytes in 1 message") })
        #expect(columns.last == "101 instructions, 15,660,032 bytes in 9 messages received from other devices in a step")
    }
}
