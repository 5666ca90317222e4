import JSONText
import Networks
import Parallelism
import Topology

extension Setting {
    private static let boolean = "true or false"

    /// Every setting, in the order in which they are shown.
    package static let all: [Setting] = [
        Setting(choice: "mode", \.mode),
        Setting("devices", .devices, \.devices),
        Setting("cores-per-device", .coresPerDevice, \.coresPerDevice),
        Setting("micro-batches", .microBatches, \.microBatches),
        Setting(choice: "kernels", \.kernels),
        Setting(choice: "precision", \.precision),
        Setting("device-memory", "a size with its unit, such as 3GiB or 500MB, below 1000000TB", \.deviceMemory),
        Setting("model", "a name that `partrain models` lists", \.model) { !$0.isEmpty },
        Setting("classes", .classes, \.classes),
        Setting(
            name: "data", expectation: "synthetic[:key=value,...] or a folder",
            read: { text, configuration in
                configuration.data = text
                return !text.isEmpty
            }, write: { .text($0.data) }),
        Setting("skip-unreadable", boolean, \.skipUnreadable),
        Setting("batch-size", .batchSize, \.batchSize),
        Setting(
            name: "epochs", expectation: NumberBounds.epochs.expectation,
            read: { text, configuration in
                guard let epochs = NumberBounds.epochs.number(text) else { return false }
                configuration.duration = .epochs(epochs)
                return true
            }, write: { if case .epochs(let epochs) = $0.duration { epochs.json } else { nil } }),
        Setting(
            name: "steps", expectation: NumberBounds.steps.expectation,
            read: { text, configuration in
                guard let steps = NumberBounds.steps.number(text) else { return false }
                configuration.duration = .steps(steps)
                return true
            }, write: { if case .steps(let steps) = $0.duration { steps.json } else { nil } }),
        Setting("learning-rate", "a number above 0, such as 0.01, from 1e-37 to 1e37", \.learningRate) {
            DecimalNumber.range.contains($0)
        },
        Setting(choice: "learning-rate-schedule", \.schedule),
        Setting(
            name: "milestones",
            expectation:
                "epochs in ascending order, such as 20,40, each at least 1 and at most \(NumberBounds.epochs.range.upperBound)",
            read: { text, configuration in
                let parts = text.split(separator: ",").map { NumberBounds.epochs.number($0.filter { $0 != " " }) ?? 0 }
                guard !parts.isEmpty, parts.allSatisfy({ $0 > 0 }), zip(parts, parts.dropFirst()).allSatisfy(<) else {
                    return false
                }
                configuration.milestones = parts
                return true
            }, write: { $0.milestones.isEmpty ? nil : $0.milestones.json }),
        Setting("milestone-factor", "a number above 0, such as 0.1, from 1e-37 to 1e37", \.milestoneFactor) {
            DecimalNumber.range.contains($0)
        },
        Setting("warmup-steps", .warmupSteps, \.warmupSteps),
        Setting("momentum", "a number from 0 to below 1", \.momentum) { $0 >= 0 && Float($0) < 1 },
        Setting("weight-decay", "a number, 0 or more, at most 1e37", \.weightDecay) {
            (0...DecimalNumber.range.upperBound).contains($0)
        },
        Setting(choice: "optimizer", \.optimizer, alsoCalled: ["sgd": .common]),
        Setting("beta2", "a number from 0 to below 1", \.beta2) { $0 >= 0 && Float($0) < 1 },
        Setting("epsilon", "a number above 0, such as 1e-8, from 1e-37 to 1e37", \.epsilon) { DecimalNumber.range.contains($0) },
        Setting("decay-biases", boolean, \.decayBiases),
        Setting(
            name: "freeze", expectation: "names of layers, such as conv1,conv2",
            read: { text, configuration in
                let layers = text.split(separator: ",", omittingEmptySubsequences: false).map { String($0.drop { $0 == " " }) }
                guard layers.allSatisfy({ !$0.isEmpty }) else { return false }
                configuration.freeze = layers
                return true
            }, write: { $0.freeze.isEmpty ? nil : $0.freeze.json }),
        Setting(choice: "initialization", \.initialization),
        Setting("seed", "a whole number from 0 to \(UInt64.max)", \.seed),
        Setting("resize", .resize, \.resize),
        Setting("crop", boolean, \.crop),
        Setting("random-resized-crop", boolean, \.randomResizedCrop),
        Setting("mirror", boolean, \.mirror),
        Setting("colour", boolean, \.colour),
        Setting("exif-orientation", boolean, \.exifOrientation),
        Setting("input-threads", "a whole number from 1 to 256", \.inputThreads) { (1...256).contains($0) },
        Setting("image-cache", "a number of MiB from 0 to \(1 << 30)", \.imageCache) { (0...(1 << 30)).contains($0) },
        Setting("evaluate-every", .evaluateEvery, \.evaluateEvery),
        Setting("stall-timeout", .stallTimeout, \.stallTimeout),
        Setting("json", boolean, \.json),
        Setting("run", "a name, or a path with a slash in it", \.run) { !$0.isEmpty },
        Setting("runs", "a folder", \.runs) { !$0.isEmpty },
        Setting("run-folder", boolean, \.runFolder),
        Setting("save-every", .saveEvery, \.saveEvery),
        Setting("keep", .keep, \.keep),
        Setting("resume", "auto, a run's folder or a checkpoint", \.resume) { !$0.isEmpty },
        Setting("allow-changed-data", boolean, \.allowChangedData),
        Setting("init-from", "a .safetensors file", \.initFrom) { !$0.isEmpty },
        Setting("init-partial", boolean, \.initPartial),
    ]

    /// What settings were called in earlier releases, whose files and commands still hold.
    static let earlierNames = ["picture-cache": "image-cache", "shards": "micro-batches"]

    /// The setting of that name, today's or an earlier one.
    static func named(_ name: String) -> Setting? { all.first { $0.name == earlierNames[name] ?? name } }
}
