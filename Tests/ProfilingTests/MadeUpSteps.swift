import Configuration
import KernelChoices
import Parallelism
import Planning
import Profiling
import Rooflines

/// Three steps of two workers, whose times and work are made up, so that every figure of a profile is known. Times are whole milliseconds.
enum MadeUpSteps {
    private static let millisecond: UInt64 = 1_000_000

    private static func item(
        _ kind: ItemSummary.Kind, microStep: Int? = nil, layer: String = "", _ title: String, flop: Int = 0, read: Int = 0,
        written: Int = 0, received: Int = 0, origin: KernelOrigin? = nil, canBeFused: Bool = false
    ) -> ItemSummary {
        var item = ItemSummary(kind, microStep: microStep, layer: layer, title: title)
        item.floatingPointOperations = flop * 1_000_000
        (item.bytesRead, item.bytesWritten, item.bytesReceived) = (read * 1_000_000, written * 1_000_000, received * 1_000_000)
        item.origin = origin
        item.canBeFused = canBeFused
        if origin != nil { (item.implementation, item.layouts) = ("jit:avx512_core", "abcd → aBcd16b") }
        return item
    }

    private static func wait(_ title: String, for signal: Signal) -> ItemSummary {
        var item = item(.wait, title)
        item.awaits = [signal]
        return item
    }

    /// The second worker computes half as much in a convolution, receives nothing, and updates nothing.
    static let items = [items(isSecond: false), items(isSecond: true)]

    private static func items(isSecond: Bool) -> [ItemSummary] {
        var items = [
            item(.input, microStep: 0, layer: "images", "load images", read: 100, written: 60),
            item(
                .forward, microStep: 0, layer: "conv1", "convolution", flop: isSecond ? 2000 : 4000, read: isSecond ? 500 : 1000,
                written: isSecond ? 100 : 200, origin: .primitive),
            item(
                .forward, microStep: 1, layer: "conv1", "convolution", flop: isSecond ? 2000 : 4000, read: isSecond ? 500 : 1000,
                written: isSecond ? 100 : 200, origin: .primitive, canBeFused: true),
            wait(isSecond ? "wait b" : "wait a", for: Signal(worker: isSecond ? 0 : 1, number: 1)),
            item(
                .exchange, layer: "conv1", "all-gather conv1.weight", read: isSecond ? 40 : 80, written: isSecond ? 40 : 80,
                received: isSecond ? 0 : 64),
        ]
        if !isSecond { items.append(item(.update, layer: "conv1", "update conv1.weight", flop: 640, read: 300, written: 100)) }
        return items
    }

    /// By step, worker and item, milliseconds.
    private static let durations: [[[UInt64]]] = [
        [[10, 20, 30, 5, 7, 8], [12, 22, 26, 11, 9]], [[10, 40, 50, 5, 1, 8], [12, 42, 46, 11, 3]],
        [[10, 10, 10, 5, 3, 8], [12, 12, 6, 11, 5]],
    ]
    /// Of each step, for the batch, and from then on, milliseconds.
    private static let host: [(waits: UInt64, takes: UInt64)] = [(3, 90), (2, 126), (10, 70)]

    /// - Parameter steps: which of them.
    static func recording(steps: [Int] = [0, 1, 2], usesData: Bool = true) -> StepRecording {
        var begin = 7 * millisecond
        var hostSteps: [StepRecording.HostStep] = []
        var spans: [[[StepRecording.Span]]] = [[], []]
        for step in steps {
            let ready = begin + host[step].waits * millisecond
            let end = ready + host[step].takes * millisecond
            hostSteps.append(.init(begin: begin, ready: ready, end: end))
            for worker in 0..<2 {
                var time = ready + millisecond
                spans[worker].append(
                    durations[step][worker].enumerated().map { item, duration -> StepRecording.Span in
                        defer { time += duration * millisecond }
                        return .init(item: item, begin: time, end: time + duration * millisecond)
                    })
            }
            begin = end
        }
        return StepRecording(
            steps: hostSteps,
            lanes: (0..<2).map { .init(device: $0, lane: 0, core: 4 + $0, items: items[$0], steps: spans[$0]) },
            usesData: usesData)
    }

    private static func speed(_ value: Double) -> Roofline.Speed { Roofline.Speed([value, value / 2]) }

    /// Of two cores together: 2 TFLOP/s, and 2 TB/s in copies.
    static let roofline = Roofline(
        cores: 2, instructions: [.f32: "AVX-512", .bf16: "AVX-512 BF16"], peaks: [.f32: speed(2e12), .bf16: speed(4e12)],
        read: speed(1e12), copy: speed(2e12), triad: speed(1.5e12))

    /// Nanoseconds of each item alone, by worker.
    static let alone: [[UInt64]] = [[0, 10_000_000, 12_000_000, 0, 0, 4_000_000], [0, 8_000_000, 6_000_000, 0, 0]]

    static func profile(of recording: StepRecording = MadeUpSteps.recording(), alone: [[UInt64]]? = nil) -> Profile {
        var settings = TrainingConfiguration()
        (settings.model, settings.batchSize, settings.devices, settings.microBatches) = ("lenet5", 32, 2, 4)
        return Profile(
            configuration: settings, options: Profiler.Options(steps: 3, warmUp: 1), classCount: 1234, rooflines: [roofline],
            step: StepProfile(recording, roofline: roofline, alone: alone),
            decisions: [
                KernelDecision(
                    layer: "conv1", key: "convolution 5×5 of 4 × 3", variant: .winograd, reason: .measured,
                    seconds: ["standard": 0.0612, "winograd": 0.0401])
            ], recording: recording)
    }
}
