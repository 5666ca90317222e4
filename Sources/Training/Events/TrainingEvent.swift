import Checkpoints
public import Configuration
public import Datasets
public import KernelChoices
public import Parallelism
public import Topology

/// What a run of training tells about itself, in this order: `configuration`, `data`, `summary`, `devices`, `run` where it is
/// kept or goes on, then `progress` after every step, `epoch` after every epoch and `saved` after every checkpoint, and at last
/// `finished` or `stopped`.
public enum TrainingEvent: Sendable {
    /// The settings that hold.
    case configuration(TrainingConfiguration)
    case data(DataReport)
    case summary(PlacedNetwork)
    case devices(DevicesReport)
    case kernels(KernelsReport)
    case progress(ProgressReport)
    case epoch(EpochReport)
    case run(RunReport)
    case saved(SavedReport)
    case stopped(StoppedReport)
    case finished(FinishedReport)
}

/// What is learnt from.
public struct DataReport: Sendable {
    public let description: String
    let identity: DataIdentity
    /// What lies beside the examples.
    public let inventory: DatasetInventory
    public let classCount: Int
    public let trainingExamples: Int
    public let validationExamples: Int
    public let stepsPerEpoch: Int
    /// Training examples that an epoch leaves out since they do not fill a batch; others in each epoch, as the order is shuffled anew.
    public let leftOutPerEpoch: Int
    public let totalSteps: Int
    public let epochs: Int

    /// Of classes, names and sizes of files: equal for the same data in another place. Empty where the library has no digests.
    public var digest: String { (try? identity.digest()) ?? "" }

    /// What somebody should know of the data before training: slips that are likely, and each image that is left out unread.
    public var warnings: [String] {
        let most = 100
        let unreadable = inventory.unreadable
        return inventory.remarks + unreadable.prefix(most).map { "left out, as it cannot be read: \($0.path) (\($0.reason))" }
            + (unreadable.count > most ? ["and \(unreadable.count - most) more, which --json lists in the event data"] : [])
    }
}

/// Where the devices sit, as the system says after their threads were pinned.
public struct DevicesReport: Sendable {
    public let machine: Machine
    public let assignment: CoreAssignment
    /// One for each hardware thread in use, ascending.
    public let bindings: [CoreBinding]
    /// What other processes have taken, and what that means for this run; nil where nothing was reserved.
    public let placement: CorePlacement?

    /// What is shared with other processes, and what the system refused.
    public var warnings: [String] { (placement?.warnings ?? []) + bindings.flatMap(\.warnings) }

    /// The bindings of one device's lanes.
    public func bindings(of deviceCores: CoreAssignment.DeviceCores) -> [CoreBinding] {
        deviceCores.threads.compactMap { thread in bindings.first { $0.requested == thread } }
    }
}

/// The kernels that compute what can be computed in several ways.
public struct KernelsReport: Sendable {
    public let decisions: [KernelDecision]
    /// What could not be done with what was measured.
    public let warnings: [String]

    /// - Parameters:
    ///   - saved: what a run that goes on was computed with so far.
    ///   - cache: where measurements are kept; what has been measured now is kept there.
    package init(_ decisions: [KernelDecision], saved: KernelTable = KernelTable(), keptIn cache: KernelCache) {
        self.decisions = decisions
        let isAsked = decisions.contains { $0.reason == .measured || $0.reason == .remembered }
        let damage = isAsked ? cache.damage : nil
        warnings =
            [
                damage.flatMap { damage in
                    cache.path.map { "\($0) is damaged (\(damage)); what cannot be read of it is measured again" }
                },
                cache.keep(decisions).map { "the choice of kernels is not kept, and a later run may choose others: \($0)" },
            ].compactMap(\.self) + Self.departures(decisions, from: saved)
    }

    package init(_ decisions: [KernelDecision], warnings: [String]) {
        (self.decisions, self.warnings) = (decisions, warnings)
    }

    /// Where a run that goes on is computed by other kernels than those recorded with it.
    private static func departures(_ decisions: [KernelDecision], from saved: KernelTable) -> [String] {
        guard !saved.entries.isEmpty else { return [] }
        func layers(_ decisions: [KernelDecision]) -> String {
            var seen: Set<String> = []
            return decisions.map(\.layer).filter { seen.insert($0).inserted }.joined(separator: ", ")
        }
        var warnings: [String] = []
        let impossible = decisions.filter { $0.impossible != nil }
        for recorded in Set(impossible.compactMap(\.impossible)).sorted() {
            let those = impossible.filter { $0.impossible == recorded }
            let others = Set(those.map(\.variant)).sorted().joined(separator: " or ")
            warnings.append(
                "the run was computed by \(recorded) kernels in \(layers(those)), which this processor or library does not have; "
                    + "\(others) takes their place, and the last bits of its weights will not be those of the undisturbed run")
        }
        // Where there is no choice here, there may have been none to record.
        let unknown = decisions.filter { saved.entries[$0.key] == nil && ($0.variant != "standard" || $0.reason != .standard) }
        if !unknown.isEmpty {
            warnings.append(
                "the run's record has no kernels for these shapes of \(layers(unknown)): they are chosen here, and the last bits of its "
                    + "weights may not be those of the undisturbed run")
        }
        return warnings
    }
}

/// How far a run is. Epochs and steps are counted from 1.
public struct ProgressReport: Sendable {
    public let epoch: Int
    public let epochs: Int
    /// Steps done in this epoch, and those that it has.
    public let stepInEpoch: Int
    public let stepsInEpoch: Int
    /// Steps done in all.
    public let step: Int
    public let totalSteps: Int
    /// Of the last step.
    public let loss: Double
    public let learningRate: Double
    public let imagesPerSecond: Double
    public let secondsLeft: Double
}

/// How well a network did over a set of examples.
public struct Score: Sendable, Hashable {
    public let examples: Int
    /// The mean over the examples.
    public let loss: Double
    /// The share of the examples that were right at once.
    public let top1: Double
    /// The share of those that were right among the five best; nil where the network has no more than five classes, of which every one is.
    public let top5: Double?

    /// Whether it says anything.
    var isFinite: Bool { loss.isFinite && top1.isFinite && top5?.isFinite ?? true }
}

public struct EpochReport: Sendable {
    public let epoch: Int
    public let epochs: Int
    /// Steps done in all.
    public let step: Int
    /// Over the epoch's steps, as they came.
    public let training: Score
    /// Over the whole validation set after them.
    public let validation: Score?
    public let imagesPerSecond: Double
    /// Of the epoch, its validation included.
    public let seconds: Double
}

/// What came out of a run.
public struct FinishedReport: Sendable {
    /// Steps done in all, and those that this process did.
    public let steps: Int
    public let trainedSteps: Int
    /// Trained, over the time of training alone.
    public let imagesPerSecond: Double
    /// Of the last epoch's training steps.
    public let training: Score
    /// The last pass over the validation set.
    public let validation: Score?
    /// Received by all devices together from others in a training step.
    public let exchangedBytesPerStep: Int
    public let weightsSHA256: String
    /// Beside the seed and the settings of learning, what those bits are a function of: into how many micro-batches the batch was cut, and how
    /// kernels were chosen; where sums cross devices in mid-network, the mode and the devices, too.
    public let microBatches: Int
    public let kernels: TrainingConfiguration.KernelChoice
    public let mode: ParallelMode
    public let devices: Int
    /// Training examples that an epoch left out, as `DataReport` has it.
    public let leftOutPerEpoch: Int
    public let time: TimeShares
    /// Of training, of validation, and from start to end.
    public let trainingSeconds: Double
    public let validationSeconds: Double
    /// Of saving checkpoints.
    public let savingSeconds: Double
    public let seconds: Double
    /// Planned by all devices together.
    public let deviceMemoryBytes: Int
    /// The most that the process was to have in memory at any time, and the most that it had.
    public let plannedMemoryBytes: Int
    public let peakMemoryBytes: Int
    /// The images whose files were not in order, although all of their pixels were there.
    public internal(set) var imageWarnings = ImageWarnings()
}

/// Where a run is kept, and where it goes on from.
public struct RunReport: Sendable, Hashable {
    /// The run's folder; nil where it leaves nothing behind.
    public let folder: String?
    /// The checkpoint that it goes on from.
    public let resumedFrom: String?
    /// Steps done before.
    public let step: Int
    /// The file that the first weights came from.
    public let initializedFrom: String?
    /// What was taken of that file.
    public let weights: WeightsReport?
    /// What differs from the run as it would have gone undisturbed.
    public let warnings: [String]
}

/// A checkpoint on disk.
public struct SavedReport: Sendable, Hashable {
    public let path: String
    public let step: Int
    /// Whether its score on the validation set is the best so far.
    public let isBest: Bool
    public let seconds: Double
    /// Why older checkpoints could not make room.
    public let warnings: [String]
}

/// A run that ended before its time because it was asked to.
public struct StoppedReport: Sendable, Hashable {
    public let step: Int
    public let totalSteps: Int
    /// What it can go on from; nil where it leaves nothing behind.
    public let checkpoint: String?
    /// The images whose files were not in order, although all of their pixels were there.
    public internal(set) var imageWarnings = ImageWarnings()
}
