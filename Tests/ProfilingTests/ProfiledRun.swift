import Configuration
import Profiling
import Testing
import Topology

/// A small network, profiled in some mode.
struct ProfiledRun: Sendable, CustomTestStringConvertible {
    var model = "lenet5"
    let mode: String
    let devices: Int
    var coresPerDevice = 1
    var microBatches: Int?
    var batch = 12
    var options = Profiler.Options(steps: 3, warmUp: 1)
    var data: String?

    var testDescription: String {
        "\(model), \(mode), \(devices) × \(coresPerDevice), micro-batches \(microBatches.map(String.init) ?? "–")"
    }

    func run() async throws -> Profile {
        var settings = TrainingConfiguration()
        try settings.apply(flags: [
            ("model", model), ("mode", mode), ("devices", "\(devices)"), ("cores-per-device", "\(coresPerDevice)"),
            ("batch-size", "\(batch)"),
        ])
        if let microBatches { try settings.apply(flags: [("micro-batches", "\(microBatches)")]) }
        if let data { try settings.apply(flags: [("data", data)]) }
        return try await Profiler(settings, on: Machine.discover(), options: options).run()
    }

    /// All of them, run once for all tests.
    static let profiles = Task {
        var profiles: [(run: ProfiledRun, profile: Profile)] = []
        for run in all { profiles.append((run, try await run.run())) }
        return profiles
    }

    static let all = [
        ProfiledRun(mode: "single", devices: 1), ProfiledRun(mode: "single", devices: 1, microBatches: 3),
        ProfiledRun(mode: "data", devices: 2), ProfiledRun(mode: "data", devices: 3, microBatches: 5),
        // Of the four workers one has two micro-steps, so that no other one's items could be taken for its own.
        ProfiledRun(mode: "data", devices: 2, coresPerDevice: 2, microBatches: 5),
        ProfiledRun(mode: "model", devices: 2), ProfiledRun(mode: "hybrid", devices: 2),
        ProfiledRun(model: "alexnet-small", mode: "hybrid", devices: 2, microBatches: 4, batch: 8),
    ]
}
