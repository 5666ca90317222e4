import ArgumentParser
import Training

/// The settings of a network and where it runs, as flags. Values stay text here: `TrainingConfiguration` reads them, from flags
/// as from files.
struct PlacementFlags: ParsableArguments {
    @Option(help: "How the work is spread: single, data, model or hybrid.")
    var mode: String?

    @Option(
        help: ArgumentHelp(
            "How many devices.", discussion: "Default: 1 for single, 2 for model and hybrid, all cores for data.", valueName: "n")
    )
    var devices: String?

    @Option(help: ArgumentHelp("Cores of each device.", valueName: "n"))
    var coresPerDevice: String?

    @Option(
        help: ArgumentHelp(
            "Shards of the batch: weights depend on this number, not on the devices.",
            discussion: "Default: as many as there are cores with examples of their own.", valueName: "n"))
    var shards: String?

    @Option(help: ArgumentHelp("The network; `partrain models` lists them.", valueName: "name"))
    var model: String?

    @Option(help: ArgumentHelp("How many classes the network tells apart. Default: the data set's.", valueName: "n"))
    var classes: String?

    @Option(help: ArgumentHelp("Examples of a step, over all devices together.", valueName: "n"))
    var batchSize: String?

    /// What was given.
    var given: [(name: String, value: String)] {
        SettingFlags.given([
            "mode": mode, "devices": devices, "cores-per-device": coresPerDevice, "shards": shards, "model": model,
            "classes": classes,
            "batch-size": batchSize,
        ])
    }
}

/// The settings of learning, as flags.
struct SettingFlags: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "What to learn from: synthetic[:key=value,...], or a folder of IDX files or of train/CLASS/NAME.jpg.",
            valueName: "source"))
    var data: String?

    @Option(help: ArgumentHelp("Passes over the training set.", valueName: "n"))
    var epochs: String?

    @Option(help: ArgumentHelp("Steps, instead of epochs.", valueName: "n"))
    var steps: String?

    @Option(help: ArgumentHelp("The learning rate after warm-up. Default: the network's.", valueName: "rate"))
    var learningRate: String?

    @Option(help: ArgumentHelp("How it changes: constant, cosine or step.", valueName: "name"))
    var learningRateSchedule: String?

    @Option(help: ArgumentHelp("Epochs after which the schedule step multiplies the rate.", valueName: "n,n,..."))
    var milestones: String?

    @Option(help: ArgumentHelp("What it multiplies the rate by.", valueName: "factor"))
    var milestoneFactor: String?

    @Option(help: ArgumentHelp("Steps in which the rate rises to its value.", valueName: "n"))
    var warmupSteps: String?

    @Option(help: ArgumentHelp("How much of the last change each step keeps.", valueName: "m"))
    var momentum: String?

    @Option(help: ArgumentHelp("How strongly weights are pulled to zero.", valueName: "d"))
    var weightDecay: String?

    @Option(help: ArgumentHelp("The form of gradient descent: common or alexnet.", valueName: "form"))
    var optimizer: String?

    @Option(help: ArgumentHelp("First weights: published or he.", valueName: "name"))
    var initialization: String?

    @Option(help: ArgumentHelp("What all random numbers follow from.", valueName: "n"))
    var seed: String?

    @Flag(inversion: .prefixedNo, help: "Train on random crops.")
    var crop: Bool?

    @Flag(inversion: .prefixedNo, help: "Train on mirror images, too.")
    var mirror: Bool?

    @Flag(inversion: .prefixedNo, help: "Train on shifted colours.")
    var colour: Bool?

    @Option(help: ArgumentHelp("Threads that decode pictures ahead of training.", valueName: "n"))
    var inputThreads: String?

    @Option(help: ArgumentHelp("MiB of decoded pictures kept.", valueName: "n"))
    var pictureCache: String?

    @Option(help: ArgumentHelp("Epochs between passes over the validation set; 0: none.", valueName: "n"))
    var evaluateEvery: String?

    @Flag(help: "Print JSON, an object a line, each with an event.")
    var json = false

    /// What was given.
    var given: [(name: String, value: String)] {
        Self.given([
            "data": data, "epochs": epochs, "steps": steps, "learning-rate": learningRate,
            "learning-rate-schedule": learningRateSchedule, "milestones": milestones, "milestone-factor": milestoneFactor,
            "warmup-steps": warmupSteps, "momentum": momentum, "weight-decay": weightDecay, "optimizer": optimizer,
            "initialization": initialization, "seed": seed, "crop": crop.map(\.description),
            "mirror": mirror.map(\.description), "colour": colour.map(\.description), "input-threads": inputThreads,
            "picture-cache": pictureCache, "evaluate-every": evaluateEvery, "json": json ? "true" : nil,
        ])
    }

    static func given(_ flags: KeyValuePairs<String, String?>) -> [(name: String, value: String)] {
        flags.compactMap { name, value in value.map { (name, $0) } }
    }
}
