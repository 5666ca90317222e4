import ArgumentParser
import Configuration

/// Flags that are settings, each a property of the setting's name: `coresPerDevice` is `cores-per-device`. Values stay text here:
/// `TrainingConfiguration` reads them, from flags as from files.
protocol SettingFlags: ParsableArguments {}

extension SettingFlags {
    /// The settings that were given, in the order of their properties.
    ///
    /// An option that has a value of its own where none is given, and a property that has no setting's name, are no settings.
    var given: [(name: String, value: String)] {
        Mirror(reflecting: self).children.compactMap { label, flag in
            let text: String? =
                switch flag {
                case let option as Option<String?>: option.wrappedValue
                case let flag as Flag<Bool?>: flag.wrappedValue?.description
                case let flag as Flag<Bool>: flag.wrappedValue ? "true" : nil
                default: nil
                }
            // What a property wrapper wraps is stored under an underscore and the property's name.
            guard let text, let property = label?.dropFirst() else { return nil }
            return Setting.named(byProperty: String(property)).map { ($0.name, text) }
        }
    }
}

/// The settings of a network and where it runs.
struct PlacementFlags: SettingFlags {
    @Option(setting: "mode") var mode: String?
    @Option(setting: "devices") var devices: String?
    @Option(setting: "cores-per-device") var coresPerDevice: String?
    @Option(setting: "micro-batches") var microBatches: String?
    @Option(setting: "model") var model: String?
    @Option(setting: "classes") var classes: String?
    @Option(setting: "input-size") var inputSize: String?
    @Option(setting: "batch-size") var batchSize: String?
}

/// The setting of what a device may have.
struct MemoryFlags: SettingFlags {
    @Option(setting: "device-memory") var deviceMemory: String?
}

/// The settings of computing.
struct KernelFlags: SettingFlags {
    @Option(setting: "kernels") var kernels: String?
    @Option(setting: "precision") var precision: String?
    @Option(setting: "stall-timeout") var stallTimeout: String?
}

/// The setting of what normalisations exchange, for commands that learn nothing.
struct StatisticsFlags: SettingFlags {
    @Option(setting: "batch-norm") var batchNorm: String?
}

/// The settings of computing with weights that were trained before, and by default as they were.
struct InferenceFlags: SettingFlags {
    @Flag(
        setting: "exif-orientation",
        help: "Turn and mirror images as their files' orientation tags say; by default as the weights were trained.")
    var exifOrientation: Bool?

    @Option(
        setting: "precision",
        help: ArgumentHelp("Activations and products: f32 or bf16. Default: as the weights were trained.", valueName: "format"))
    var precision: String?

    @Option(
        setting: "kernels",
        help: ArgumentHelp(
            "How kernels are chosen where there are several: measured or standard.",
            discussion: "Default: those that the weights were trained with, and where there are none the standard ones.",
            valueName: "name"))
    var kernels: String?
}

/// The settings of learning.
struct LearningFlags: SettingFlags {
    @Option(setting: "data") var data: String?
    @Flag(setting: "coarse-labels") var coarseLabels: Bool?
    @Option(setting: "epochs") var epochs: String?
    @Option(setting: "steps") var steps: String?
    @Option(setting: "learning-rate") var learningRate: String?
    @Option(setting: "learning-rate-schedule") var learningRateSchedule: String?
    @Option(setting: "milestones") var milestones: String?
    @Option(setting: "milestone-factor") var milestoneFactor: String?
    @Option(setting: "warmup-steps") var warmupSteps: String?
    @Option(setting: "momentum") var momentum: String?
    @Option(setting: "weight-decay") var weightDecay: String?
    @Option(setting: "optimizer") var optimizer: String?
    @Option(setting: "beta2") var beta2: String?
    @Option(setting: "epsilon") var epsilon: String?
    @Option(setting: "trust-coefficient") var trustCoefficient: String?
    @Option(setting: "clip-norm") var clipNorm: String?
    @Option(setting: "ema-decay") var emaDecay: String?
    @Flag(setting: "decay-biases") var decayBiases: Bool?
    @Option(setting: "label-smoothing") var labelSmoothing: String?
    @Flag(setting: "dropout") var dropout: Bool?
    @Option(setting: "freeze") var freeze: String?
    @Option(setting: "initialization") var initialization: String?
    @Option(setting: "batch-norm") var batchNorm: String?
    @Option(setting: "seed") var seed: String?
    @Option(setting: "resize") var resize: String?
    @Flag(setting: "crop") var crop: Bool?
    @Flag(setting: "random-resized-crop") var randomResizedCrop: Bool?
    @Option(setting: "scale-jitter") var scaleJitter: String?
    @Option(setting: "pad-crop") var padCrop: String?
    @Option(setting: "pad-mode") var padMode: String?
    @Flag(setting: "mirror") var mirror: Bool?
    @Option(setting: "flip") var flip: String?
    @Flag(setting: "colour") var colour: Bool?
    @Option(setting: "cutout") var cutout: String?
    @Flag(setting: "exif-orientation") var exifOrientation: Bool?
    @Option(setting: "input-threads") var inputThreads: String?
    @Option(setting: "image-cache") var imageCache: String?
    @Option(setting: "evaluate-every") var evaluateEvery: String?
    @Flag(setting: "json") var json = false
    @Flag(setting: "skip-unreadable") var skipUnreadable: Bool?
}

/// The settings of what a run leaves behind and begins with.
struct RunFlags: SettingFlags {
    @Option(setting: "run") var run: String?
    @Option(setting: "runs") var runs: String?
    @Flag(setting: "run-folder") var runFolder: Bool?
    @Option(setting: "save-every") var saveEvery: String?
    @Option(setting: "keep") var keep: String?
    @Option(setting: "resume") var resume: String?
    @Flag(setting: "allow-changed-data") var allowChangedData = false
    @Option(setting: "init-from") var initFrom: String?
    @Flag(setting: "init-partial") var initPartial: Bool?
    @Option(setting: "init-map") var initMap: String?
}
