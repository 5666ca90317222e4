public import Datasets
public import KernelChoices
public import Networks
public import Parallelism
public import TextLayout

/// All that a run of training is told. What is nil depends on other settings or on the machine, until `resolved` fills it in.
public struct TrainingConfiguration: Sendable, Hashable {
    /// How long to train.
    public enum Duration: Sendable, Hashable {
        case epochs(Int)
        case steps(Int)
    }

    /// How the learning rate changes, by name, as it is typed; milestones are settings of their own.
    public enum Schedule: String, Sendable, Hashable, CaseIterable {
        case constant, cosine, step
    }

    /// What changes the parameters, by name.
    public enum Optimizer: String, Sendable, Hashable, CaseIterable {
        case common, nesterov, alexnet, adam, adamw, lars

        var isAdaptive: Bool { self == .adam || self == .adamw }
    }

    /// How kernels are chosen.
    public enum KernelChoice: String, Sendable, Hashable, CaseIterable {
        case measured, standard
    }

    public var mode = ParallelMode.data
    public var devices: Int?
    public var coresPerDevice = 1
    /// S: into how many micro-batches the batch is cut. In data mode the weights' bits follow from it, whatever the devices.
    public var microBatches: Int?
    /// How kernels are chosen where there are several: by measuring, once on each machine, or the first of a fixed order.
    public var kernels = KernelChoice.measured
    public var precision = Precision.f32
    /// The most memory that a device may take.
    public var deviceMemory: ByteCount?
    /// A name of the model zoo.
    public var model = "alexnet-small"
    /// How many classes the network tells apart; the data set's unless given.
    public var classes: Int?
    /// Rows and columns of the images that the network takes; the published ones unless given.
    public var inputSize: Int?
    /// What `DatasetSource` reads.
    public var data = "synthetic"
    /// Whether CIFAR-100's 20 coarse classes are learnt instead of its 100.
    public var coarseLabels = false
    /// Whether images that cannot be read are left out and named, rather than refused.
    public var skipUnreadable = false
    /// N, the global batch: the examples of a step over all devices.
    public var batchSize = 32
    public var duration: Duration?
    public var learningRate: Double?
    public var schedule = Schedule.cosine
    /// Epochs after which the schedule `step` multiplies the rate.
    public var milestones: [Int] = []
    public var milestoneFactor = 0.1
    public var warmupSteps: Int?
    public var momentum = 0.9
    public var weightDecay = 5e-4
    public var optimizer = Optimizer.common
    /// β₂ and ε of Adam and AdamW; their β₁ is the momentum.
    public var beta2: Double?
    public var epsilon: Double?
    /// Of LARS: what the ratio of a parameter's norm to its gradient's is multiplied by.
    public var trustCoefficient: Double?
    /// The largest norm of all gradients together; larger ones are scaled down.
    public var clipNorm: Double?
    /// How much of an average of the weights each step keeps; evaluations are of the average then.
    public var emaDecay: Double?
    /// Whether biases are decayed as weights are; as the optimizer has it unless given.
    public var decayBiases: Bool?
    /// The share of each label that is spread evenly over all classes, in training.
    public var labelSmoothing = 0.0
    /// Whether dropout layers drop anything in training.
    public var dropout = true
    /// Layers, scopes and patterns of names whose parameters keep their values.
    public var freeze: [String] = []
    public var initialization = Network.Initialization.published
    /// By which statistics batch normalisation normalises in training.
    public var batchNorm = BatchStatistics.microBatch
    public var seed: UInt64 = 0
    /// Rows and columns of the square that is kept of an image, which is scaled until its shorter side has so many; nil where images are
    /// taken at the size that they have.
    public var resize: Int?
    /// Which changes are made to training images, each by its own switch.
    public var crop: Bool?
    /// Whether training sees another part of each whole image every epoch, scaled to the network's size, instead of crops.
    public var randomResizedCrop: Bool?
    /// Pixels of the shorter side, of which training draws one for each image and epoch, scales to it, and takes a window of the network's
    /// size anywhere in it; nil: not.
    public var scaleJitter: ClosedRange<Int>?
    /// Rows and columns that are put around each image before a window is taken at a random place; 0: none.
    public var padCrop = 0
    public var padMode = Augmentation.PadMode.zeros
    public var mirror: Bool?
    public var flip = Augmentation.Flip.random
    public var colour: Bool?
    /// Rows and columns of a square at a random place of the window that becomes 0, the mean; 0: none.
    public var cutout = 0
    /// Whether images are turned and mirrored as their files' orientation tags say.
    public var exifOrientation = true
    /// Threads that decode images ahead of training.
    public var inputThreads = 1
    /// Bytes of decoded images kept, for the training and for the validation set, in MiB.
    public var imageCache = 2048
    /// Epochs between two passes over the validation set; 0: never.
    public var evaluateEvery = 1
    /// Seconds, beyond the longest step, after which a step in which nothing moves is ended; 0: never.
    public var stallTimeout = 60
    /// JSON lines instead of text.
    public var json = false

    /// The name of the run's folder under `runs`, or its path where it has a slash; a name of its own unless given.
    public var run: String?
    /// The folder that holds the runs' folders.
    public var runs = "runs"
    /// Whether a run leaves a folder behind.
    public var runFolder = true
    /// Steps between two checkpoints. Unless given, checkpoints are saved at the ends of epochs and every ten minutes.
    public var saveEvery: Int?
    /// How many of the last checkpoints are kept, beside the best.
    public var keep = 3
    /// What is gone on with: a run's folder, a checkpoint, or `auto` for the run that was last saved.
    public var resume: String?
    /// Whether a run may go on with other data than it began with.
    public var allowChangedData = false
    /// A file of weights to begin with.
    public var initFrom: String?
    /// Whether of that file what fits is taken, and the rest begins from the seed.
    public var initPartial = false
    /// Where layers of that file go that are called otherwise in the network.
    public var initMap: [LayerMapping] = []

    public init() {}

    /// What is done to training images.
    public var augmentation: Augmentation {
        Augmentation(
            crop: crop ?? false, mirror: mirror ?? false, colour: colour ?? false, randomResizedCrop: randomResizedCrop ?? false,
            padCrop: padCrop, padMode: padMode, flip: flip, cutout: cutout, scaleJitter: scaleJitter)
    }
}
