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
        name: [.long, .customLong("shards")],
        help: ArgumentHelp(
            "Into how many micro-batches the batch is cut: weights depend on this number, not on the devices.",
            discussion:
                "Default: as many as there are cores with examples of their own, so that another machine may take another number; it is printed with the weights' SHA-256.",
            valueName: "n"))
    var microBatches: String?

    @Option(help: ArgumentHelp("The network; `partrain models` lists them.", valueName: "name"))
    var model: String?

    @Option(help: ArgumentHelp("How many classes the network tells apart. Default: the data set's.", valueName: "n"))
    var classes: String?

    @Option(help: ArgumentHelp("Examples of a step, over all devices together.", valueName: "n"))
    var batchSize: String?

    /// What was given.
    var given: [(name: String, value: String)] {
        SettingFlags.given([
            "mode": mode, "devices": devices, "cores-per-device": coresPerDevice, "micro-batches": microBatches, "model": model,
            "classes": classes,
            "batch-size": batchSize,
        ])
    }
}

/// The settings of what a run leaves behind and begins with, as flags.
struct RunFlags: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The run's folder: a name, or a path with a slash.",
            discussion: "It must not exist, except to resume. Default: a name of its own.", valueName: "name|path"))
    var run: String?

    @Option(help: ArgumentHelp("The folder of the runs' folders. Default: runs.", valueName: "path"))
    var runs: String?

    @Flag(
        inversion: .prefixedNo, help: "Keep settings, metrics, log and checkpoints in a folder. Without, nothing is left behind.")
    var runFolder: Bool?

    @Option(
        help: ArgumentHelp(
            "Steps between checkpoints; 0: only the best and the last.",
            discussion: "Default: at the end of each epoch, and after ten minutes in longer ones.", valueName: "n"))
    var saveEvery: String?

    @Option(help: ArgumentHelp("How many of the last checkpoints stay, beside the best. Default: 3.", valueName: "n"))
    var keep: String?

    @Option(
        help: ArgumentHelp(
            "Go on with a run, to the same weights as if it had never ended: its folder, a checkpoint, or auto.",
            discussion:
                "auto: the run of --run, otherwise the one that was saved last. Settings come from the checkpoint; mode, devices and duration may be given anew.",
            valueName: "auto|path"))
    var resume: String?

    @Flag(help: "Go on although the data are not those that the run began with: images were removed, classes renamed.")
    var allowChangedData = false

    @Option(help: ArgumentHelp("Begin with the weights of a .safetensors file, a checkpoint's or another's.", valueName: "path"))
    var initFrom: String?

    @Flag(
        inversion: .prefixedNo,
        help: "Of the file of --init-from, take the parameters that fit by name and shape, and begin the others from the seed.")
    var initPartial: Bool?

    /// What was given.
    var given: [(name: String, value: String)] {
        SettingFlags.given([
            "run": run, "runs": runs, "run-folder": runFolder.map(\.description), "save-every": saveEvery, "keep": keep,
            "resume": resume, "allow-changed-data": allowChangedData ? "true" : nil, "init-from": initFrom,
            "init-partial": initPartial.map(\.description),
        ])
    }
}

/// The settings of computing, as flags.
struct KernelFlags: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "How kernels are chosen where there are several: measured or standard.",
            discussion:
                "measured: the fastest on this machine, timed once and then known. standard: the same on every machine. Default: measured.",
            valueName: "name"))
    var kernels: String?

    @Option(help: ArgumentHelp("Activations and products: f32 or bf16. Default: f32.", valueName: "format"))
    var precision: String?

    @Option(
        help: ArgumentHelp(
            "Seconds, beyond the longest step, after which a step in which nothing moves is ended; 0: never. Default: 60.",
            discussion: "The message says which core waits for which; what was last whole is saved.", valueName: "n"))
    var stallTimeout: String?

    /// What was given.
    var given: [(name: String, value: String)] {
        SettingFlags.given(["kernels": kernels, "precision": precision, "stall-timeout": stallTimeout])
    }
}

/// The setting of what a device may have, as a flag.
struct MemoryFlags: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The most memory of a device, such as 3GiB; a run of which one needs more is refused.",
            discussion: "Default: what the container or the machine has for all of them together.", valueName: "size"))
    var deviceMemory: String?

    /// What was given.
    var given: [(name: String, value: String)] { SettingFlags.given(["device-memory": deviceMemory]) }
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

    @Option(
        help: ArgumentHelp(
            "The learning rate that warm-up ends with and the schedule begins with. Default: the network's.", valueName: "rate"))
    var learningRate: String?

    @Option(
        help: ArgumentHelp(
            "How it changes after warm-up: constant, cosine or step.",
            discussion: "cosine: along half a cosine to 0 at the run's end. step: by a factor at milestones. Default: cosine.",
            valueName: "name"))
    var learningRateSchedule: String?

    @Option(
        help: ArgumentHelp(
            "Epochs of the whole run after which the schedule step multiplies the rate.", valueName: "n,n,..."))
    var milestones: String?

    @Option(help: ArgumentHelp("What it multiplies the rate by.", valueName: "factor"))
    var milestoneFactor: String?

    @Option(
        help: ArgumentHelp(
            "Steps in which the rate rises linearly to --learning-rate, before a cosine begins. Default: the network's.",
            valueName: "n"))
    var warmupSteps: String?

    @Option(help: ArgumentHelp("How much of the last change each step keeps; beta1 of Adam.", valueName: "m"))
    var momentum: String?

    @Option(
        help: ArgumentHelp(
            "How strongly weights are pulled to zero; biases, too, but for --optimizer alexnet.", valueName: "d"))
    var weightDecay: String?

    @Option(
        help: ArgumentHelp(
            "What changes the weights: common (or sgd), nesterov, alexnet, adam or adamw.",
            discussion:
                "common, nesterov, adam and adamw: PyTorch's. alexnet: that of 2012, whose momentum keeps past learning rates and which decays no biases. Default: common.",
            valueName: "name"))
    var optimizer: String?

    @Option(help: ArgumentHelp("How long Adam remembers the squares of gradients. Default: 0.999.", valueName: "b"))
    var beta2: String?

    @Option(help: ArgumentHelp("What Adam adds to the root that it divides by. Default: 1e-8.", valueName: "e"))
    var epsilon: String?

    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp("Decay biases as weights are.", discussion: "Default: but for --optimizer alexnet."))
    var decayBiases: Bool?

    @Option(help: ArgumentHelp("Layers whose weights and biases keep their values, such as conv1,conv2.", valueName: "layers"))
    var freeze: String?

    @Option(help: ArgumentHelp("First weights: published or he.", valueName: "name"))
    var initialization: String?

    @Option(help: ArgumentHelp("What all random numbers follow from.", valueName: "n"))
    var seed: String?

    @Option(
        help: ArgumentHelp(
            "Scale images so that their shorter side has so many pixels, and keep the square in their centre, of which evaluation sees the centre.",
            discussion: "Default: 256 for networks of 224 and 227 pixels, in proportion for others; IDX files stay as they are.",
            valueName: "n"))
    var resize: String?

    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp(
            "Train on random crops of the network's size out of that square, at one scale.",
            discussion: "Default: for photos. IDX files need --resize, too."))
    var crop: Bool?

    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp(
            "Train on random parts of whole images instead, scaled to the network's size: 8 to 100 % of the area, from 3:4 to 4:3.",
            discussion: "Images of a folder are then decoded anew each epoch."))
    var randomResizedCrop: Bool?

    @Flag(inversion: .prefixedNo, help: "Train on mirror images, too.")
    var mirror: Bool?

    @Flag(inversion: .prefixedNo, help: "Train on shifted colours.")
    var colour: Bool?

    @Flag(inversion: .prefixedNo, help: "Turn and mirror images as their files' orientation tags say.")
    var exifOrientation: Bool?

    @Option(help: ArgumentHelp("Threads that decode images ahead of training.", valueName: "n"))
    var inputThreads: String?

    @Option(
        name: [.long, .customLong("picture-cache")], help: ArgumentHelp("MiB of decoded images kept.", valueName: "n"))
    var imageCache: String?

    @Option(help: ArgumentHelp("Epochs between passes over the validation set; 0: none.", valueName: "n"))
    var evaluateEvery: String?

    @Flag(help: "Print JSON, an object a line, each with an event.")
    var json = false

    @Flag(
        inversion: .prefixedNo,
        help: ArgumentHelp(
            "Leave out images that cannot be read, and name them, instead of refusing them.",
            discussion: "Each image of a folder is decoded once before training, to find them."))
    var skipUnreadable: Bool?

    /// What was given.
    var given: [(name: String, value: String)] {
        Self.given([
            "data": data, "skip-unreadable": skipUnreadable.map(\.description), "epochs": epochs, "steps": steps,
            "learning-rate": learningRate,
            "learning-rate-schedule": learningRateSchedule, "milestones": milestones, "milestone-factor": milestoneFactor,
            "warmup-steps": warmupSteps, "momentum": momentum, "weight-decay": weightDecay, "optimizer": optimizer,
            "beta2": beta2, "epsilon": epsilon, "decay-biases": decayBiases.map(\.description), "freeze": freeze,
            "initialization": initialization, "seed": seed, "resize": resize, "crop": crop.map(\.description),
            "random-resized-crop": randomResizedCrop.map(\.description),
            "mirror": mirror.map(\.description), "colour": colour.map(\.description),
            "exif-orientation": exifOrientation.map(\.description), "input-threads": inputThreads,
            "image-cache": imageCache, "evaluate-every": evaluateEvery, "json": json ? "true" : nil,
        ])
    }

    static func given(_ flags: KeyValuePairs<String, String?>) -> [(name: String, value: String)] {
        flags.compactMap { name, value in value.map { (name, $0) } }
    }
}
