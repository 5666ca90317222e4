import Networks
import Parallelism
import Topology

extension Setting {
    private static let positive = "a whole number of at least 1"
    private static let natural = "a whole number, 0 or more"
    private static let boolean = "true or false"

    /// Every setting, in the order in which they are shown.
    static let all: [Setting] = [
        Setting(choice: "mode", \.mode),
        Setting("devices", positive, \.devices) { $0 > 0 },
        Setting("cores-per-device", positive, \.coresPerDevice) { $0 > 0 },
        Setting("shards", positive, \.shards) { $0 > 0 },
        Setting(choice: "kernels", \.kernels),
        Setting(choice: "precision", \.precision),
        Setting("device-memory", "a size with its unit, such as 3GiB or 500MB", \.deviceMemory),
        Setting("model", "a name that `partrain models` lists", \.model) { !$0.isEmpty },
        Setting("classes", positive, \.classes) { $0 > 0 },
        Setting(
            name: "data", expectation: "synthetic[:key=value,...] or a folder",
            read: { text, configuration in
                configuration.data = text
                return !text.isEmpty
            }, write: { .text($0.data) }),
        Setting("batch-size", positive, \.batchSize) { $0 > 0 },
        Setting(
            name: "epochs", expectation: positive,
            read: { text, configuration in
                guard let epochs = Int(text), epochs > 0 else { return false }
                configuration.duration = .epochs(epochs)
                return true
            }, write: { if case .epochs(let epochs) = $0.duration { epochs.json } else { nil } }),
        Setting(
            name: "steps", expectation: positive,
            read: { text, configuration in
                guard let steps = Int(text), steps > 0 else { return false }
                configuration.duration = .steps(steps)
                return true
            }, write: { if case .steps(let steps) = $0.duration { steps.json } else { nil } }),
        Setting("learning-rate", "a number above 0, such as 0.01", \.learningRate) { $0 > 0 && $0.isFinite },
        Setting(choice: "learning-rate-schedule", \.schedule),
        Setting(
            name: "milestones", expectation: "epochs in ascending order, such as 20,40",
            read: { text, configuration in
                let parts = text.split(separator: ",").map { Int($0.filter { $0 != " " }) ?? 0 }
                guard parts.allSatisfy({ $0 > 0 }), zip(parts, parts.dropFirst()).allSatisfy(<) else { return false }
                configuration.milestones = parts
                return true
            }, write: { $0.milestones.isEmpty ? nil : $0.milestones.json }),
        Setting("milestone-factor", "a number above 0", \.milestoneFactor) { $0 > 0 && $0.isFinite },
        Setting("warmup-steps", natural, \.warmupSteps) { $0 >= 0 },
        Setting("momentum", "a number from 0 to below 1", \.momentum) { (0..<1).contains($0) },
        Setting("weight-decay", "a number, 0 or more", \.weightDecay) { $0 >= 0 && $0.isFinite },
        Setting(choice: "optimizer", \.optimizer),
        Setting(choice: "initialization", \.initialization),
        Setting("seed", natural, \.seed),
        Setting("crop", boolean, \.crop),
        Setting("mirror", boolean, \.mirror),
        Setting("colour", boolean, \.colour),
        Setting("exif-orientation", boolean, \.exifOrientation),
        Setting("input-threads", "a whole number from 1 to 256", \.inputThreads) { (1...256).contains($0) },
        Setting("picture-cache", "a number of MiB, 0 or more", \.pictureCache) { (0...(1 << 30)).contains($0) },
        Setting("evaluate-every", "a number of epochs, or 0 for never", \.evaluateEvery) { $0 >= 0 },
        Setting("stall-timeout", "a number of seconds up to 1000000, or 0 for never", \.stallTimeout) {
            (0...1_000_000).contains($0)
        },
        Setting("json", boolean, \.json),
        Setting("run", "a name, or a path with a slash in it", \.run) { !$0.isEmpty },
        Setting("runs", "a folder", \.runs) { !$0.isEmpty },
        Setting("run-folder", boolean, \.runFolder),
        Setting("save-every", "a number of steps, or 0 for only the best and the last", \.saveEvery) { $0 >= 0 },
        Setting("keep", positive, \.keep) { $0 > 0 },
        Setting("resume", "auto, a run's folder or a checkpoint", \.resume) { !$0.isEmpty },
        Setting("init-from", "a .safetensors file", \.initFrom) { !$0.isEmpty },
    ]

    static func named(_ name: String) -> Setting? { all.first { $0.name == name } }
}
