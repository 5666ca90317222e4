import Benchmark
import Measurement
import ModelZoo
import Networks
import Parallelism
import Synchronization

/// Answers: what do a layer, a step and an exchange cost? Messages and bytes are counted and held to `Thresholds`, since they
/// are the same wherever this runs; time is recorded and held to nothing.
let benchmarks: @Sendable () -> Void = {
    for layer in layers {
        add("layer.\(layer.name)", network: layer, mode: .single, devices: 1, batchSize: 16)
    }
    for name in ["lenet5", "alexnet-small"] {
        guard let network = try? ModelZoo.network(named: name) else { continue }
        add("step.\(name)", network: network, mode: .single, devices: 1, batchSize: 32)
        for mode in [ParallelMode.data, .model, .hybrid] {
            add("exchange.\(name).\(mode.rawValue)", network: network, mode: mode, devices: 2, batchSize: 32)
        }
    }
}

/// AlexNet's layers alone. The first layer of a network needs no gradient of its input: a convolution is seen in two of its
/// three passes.
private let layers = [
    Network("conv1", input: [3, 227, 227]) {
        Conv2D(96, kernel: 11, stride: 4)
        MaxPool2D(55)
        Dense(10)
    },
    Network("conv3", input: [256, 13, 13]) {
        Conv2D(384, kernel: 3, padding: 1)
        MaxPool2D(13)
        Dense(10)
    },
    Network("fc7", input: [4096, 1, 1]) {
        Dense(4096)
        Dense(10)
    },
]

/// Adds a benchmark whose every iteration is a training step.
private func add(_ name: String, network: Network, mode: ParallelMode, devices: Int, batchSize: Int) {
    let messages = BenchmarkMetric.custom("Messages", useScalingFactor: false)
    let bytes = BenchmarkMetric.custom("Received bytes", useScalingFactor: false)
    let current = Mutex<Exercise?>(nil)
    Benchmark(
        name,
        configuration: .init(
            metrics: [.wallClock] + (devices > 1 ? [messages, bytes] : []), warmupIterations: 3, maxDuration: .seconds(2),
            maxIterations: 200)
    ) { (benchmark: Benchmark, exercise: Exercise) async throws in
        benchmark.startMeasurement()
        try await exercise.step()
        benchmark.stopMeasurement()
        guard devices > 1 else { return }
        benchmark.measurement(messages, exercise.received.messages)
        benchmark.measurement(bytes, exercise.received.bytes)
    } setup: {
        let exercise = try await Exercise(network, mode: mode, devices: devices, batchSize: batchSize)
        current.withLock { $0 = exercise }
        return exercise
    } teardown: {
        try await current.withLock { exercise in
            defer { exercise = nil }
            return exercise
        }?.end()
    }
}
