import ArgumentParser
import Configuration
import FoundationEssentials
import KernelChoices
import Measurement
import ModelZoo
import Networks
import Parallelism
import Sessions
import Synchronization
import Tensors
import Topology
import Training

/// Answers: how long does a training step take? One JSON line, with the keys of `Scripts/Peers/torch_speed.py`.
@main
struct Step: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "step", abstract: "Time a training step on random data in memory, and print one JSON line.")

    @Option(help: "The network: \(ModelZoo.names.joined(separator: ", ")).") var model = "alexnet"
    @Flag(name: .customLong("without-lrn"), help: "The network less its local response normalisation.") var withoutLRN = false
    @Option(help: "The global batch.") var batch = 64
    @Option(help: "single, data, model or hybrid.") var mode = Mode.single
    @Option(help: "How many devices.") var devices = 1
    @Option(help: "Cores of each device.") var coresPerDevice = 1
    @Option(help: "Micro-batches of the batch; default: one for each core that has examples of its own.") var microBatches: Int?
    @Option(
        help:
            "How kernels are chosen where there are several: measured (anew in each run) or standard; by default as partrain does."
    )
    var kernels = Kernels.ofProgram
    @Option(help: "The number format of activations and products: f32 or bf16; by default as partrain does.")
    var precision = Format.ofProgram
    @Option(help: "Steps on the clock.") var steps = 6
    @Option(help: "Steps before the clock starts.") var warmUp = 2

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case f32, bf16

        /// What the program takes if it is told nothing.
        static let ofProgram: Format = TrainingConfiguration().precision == .bf16 ? .bf16 : .f32

        var precision: Precision { self == .f32 ? .f32 : .bf16 }
    }

    enum Kernels: String, ExpressibleByArgument, CaseIterable {
        case standard, measured

        /// What the program takes if it is told nothing.
        static let ofProgram: Kernels = TrainingConfiguration().kernels == .measured ? .measured : .standard

        var selection: KernelSelection { KernelSelection(measures: self == .measured) }
    }

    enum Mode: String, ExpressibleByArgument, CaseIterable {
        case single, data, model, hybrid

        var mode: ParallelMode {
            switch self {
            case .single: .single
            case .data: .data
            case .model: .model
            case .hybrid: .hybrid
            }
        }
    }

    /// What is printed.
    private struct Line: Encodable {
        let model: String
        let mode: String
        let batch: Int
        let devices: Int
        let coresPerDevice: Int
        let stepSecondsMedian: Double
        let stepSecondsMin: Double
        let stepSecondsMax: Double
        let imagesPerSecond: Double
        let imagesPerSecondBest: Double
        /// The first worker's share of the last step, seconds.
        let computeSeconds: Double
        let exchangeSeconds: Double
        let waitingSeconds: Double
        let kernels: String
        let precision: String
        /// What the process had after a step of one element, and by how much more the timed steps filled it at their fullest; see
        /// `MemoryGrowth`.
        let baselineBytes: Int
        let grownBytes: Int
        /// The most that the process ever had in memory, its start and the choice of kernels included; and what the devices planned.
        let peakBytes: Int
        let devicesBytes: Int
    }

    func validate() throws {
        for (name, value) in [("--batch", batch), ("--devices", devices), ("--steps", steps)] where value < 1 {
            throw ValidationError("\(name) must be at least 1, not \(value)")
        }
        guard warmUp >= 0 else { throw ValidationError("--warm-up must not be negative") }
        guard mode != .single || devices == 1 else { throw ValidationError("--mode single has one device, not \(devices)") }
    }

    func run() async throws {
        let machine = try Machine.discover()
        try await takeStepOfOneElement(on: machine)
        let memory = try MemoryGrowth()
        let start = Mutex(0)
        let stopwatch = try Stopwatch(network(), on: machine, warmUp: warmUp, steps: steps, largestBatch: batch) {
            let peak = try MemoryGrowth.peak()
            start.withLock { $0 = peak }
            try MemoryGrowth.forgetPeak()
        }
        let turn = try await stopwatch.turn(
            Contestant(
                .together(mode.mode), devices: devices, coresPerDevice: coresPerDevice, batchSize: batch,
                microBatches: microBatches,
                kernels: kernels.selection, precision: precision.precision))
        let steady = try MemoryGrowth.peak()
        let seconds = Spread(turn.stepSeconds)
        let line = Line(
            model: withoutLRN ? "\(model)-without-lrn" : model, mode: mode.rawValue, batch: batch, devices: devices,
            coresPerDevice: coresPerDevice,
            stepSecondsMedian: seconds.median, stepSecondsMin: seconds.least, stepSecondsMax: seconds.most,
            imagesPerSecond: Double(batch) / seconds.median, imagesPerSecondBest: Double(batch) / seconds.least,
            computeSeconds: Double(turn.clock.compute) / 1e9, exchangeSeconds: Double(turn.clock.exchange) / 1e9,
            waitingSeconds: Double(turn.clock.waiting) / 1e9, kernels: kernels.rawValue, precision: precision.rawValue,
            baselineBytes: memory.baseline, grownBytes: steady - memory.baseline, peakBytes: max(start.withLock { $0 }, steady),
            devicesBytes: turn.devicesBytes)
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = .sortedKeys
        print(String(decoding: try encoder.encode(line), as: UTF8.self))
    }
    /// Of `model`; without the layers that `--without-lrn` leaves out.
    private func network() throws -> Network {
        let published = try ModelZoo.network(named: model)
        guard withoutLRN else { return published }
        let left = published.body.layers.filter { !($0 is LocalResponseNorm) }
        guard left.count < published.body.layers.count else {
            throw ValidationError("--without-lrn: \(model) has no local response normalisation")
        }
        return Network("\(model)-without-lrn", input: published.inputShape, source: published.source, loss: published.loss) {
            for layer in left { layer }
        }
    }

    /// So that what comes after is the network's own: threads, tables and pages that any step needs are there.
    private func takeStepOfOneElement(on machine: Machine) async throws {
        let smallest = Network("one-element", input: [1, 1, 1]) { Dense(1) }
        let stopwatch = try Stopwatch(smallest, on: machine, warmUp: 0, steps: 1, largestBatch: 1)
        _ = try await stopwatch.turn(Contestant(.together(.single), devices: 1, batchSize: 1))
    }
}
