import ArgumentParser
import Execution
import FoundationEssentials
import Measurement
import ModelZoo
import Parallelism
import Topology

/// Answers: how long does a training step take? One JSON line, with the keys of `Scripts/Peers/torch_speed.py`.
@main
struct Step: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "step", abstract: "Time a training step on random data in memory, and print one JSON line.")

    @Option(help: "The network: \(ModelZoo.names.joined(separator: ", ")).") var model = "alexnet"
    @Option(help: "The global batch.") var batch = 64
    @Option(help: "single, data, model or hybrid.") var mode = Mode.single
    @Option(help: "How many devices.") var devices = 1
    @Option(help: "Cores of each device.") var coresPerDevice = 1
    @Option(help: "Shards of the batch; default: one for each core that has examples of its own.") var shards: Int?
    @Option(help: "How kernels are chosen where there are several: standard or measured.") var kernels = Kernels.standard
    @Option(help: "The number format of activations and products: f32 or bf16.") var precision = Format.f32
    @Option(help: "Steps on the clock.") var steps = 6
    @Option(help: "Steps before the clock starts.") var warmUp = 2

    enum Format: String, ExpressibleByArgument, CaseIterable {
        case f32, bf16

        var precision: Precision { self == .f32 ? .f32 : .bf16 }
    }

    enum Kernels: String, ExpressibleByArgument, CaseIterable {
        case standard, measured

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
        /// The most that the process had in memory, and of that what the devices planned.
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
        let stopwatch = try Stopwatch(
            ModelZoo.network(named: model), on: .discover(), warmUp: warmUp, steps: steps, largestBatch: batch)
        let turn = try await stopwatch.turn(
            Contestant(
                .together(mode.mode), devices: devices, coresPerDevice: coresPerDevice, batchSize: batch, shards: shards,
                kernels: kernels.selection, precision: precision.precision))
        let seconds = Spread(turn.stepSeconds)
        let line = Line(
            model: model, mode: mode.rawValue, batch: batch, devices: devices, coresPerDevice: coresPerDevice,
            stepSecondsMedian: seconds.median, stepSecondsMin: seconds.least, stepSecondsMax: seconds.most,
            imagesPerSecond: Double(batch) / seconds.median, imagesPerSecondBest: Double(batch) / seconds.least,
            computeSeconds: Double(turn.clock.compute) / 1e9, exchangeSeconds: Double(turn.clock.exchange) / 1e9,
            waitingSeconds: Double(turn.clock.waiting) / 1e9, peakBytes: ProcessMemory.current.peak,
            devicesBytes: turn.devicesBytes)
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = .sortedKeys
        print(String(decoding: try encoder.encode(line), as: UTF8.self))
    }
}
