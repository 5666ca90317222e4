import Configuration
import Datasets
import KernelChoices
import Parallelism
import Training

/// What a run is told and what came out of it, as aligned lines.
enum RunText {
    /// What is told before a run.
    ///
    /// - Parameters:
    ///   - network: to be told in a few lines; nil where its table follows.
    ///   - width: columns that a line may have, or nil.
    static func heading(
        _ settings: TrainingConfiguration, _ data: DataReport, _ run: RunReport?, network: PlacedNetwork?, width: Int?
    ) -> String {
        let augmentation = augmentation(settings.augmentation)
        let sizes = "\(Wording.grouped(data.trainingExamples)) training, \(Wording.grouped(data.validationExamples)) validation"
        let rate = "learning rate \(settings.learningRate ?? 0), \(settings.schedule.rawValue)"
        let warmup = warmUp(settings.warmupSteps ?? 0, of: data.totalSteps)
        let name =
            network.map { NetworkText($0, classCount: data.classCount).rows(model: settings.model) }
            ?? [("network", "\(settings.model), \(Wording.grouped(data.classCount)) classes")]
        return LabelledLines.text(
            name + [
                ("data", "\(data.description) · \(sizes)")
            ] + leftOut(data, batchSize: settings.batchSize) + [
                (
                    "training",
                    "\(Wording.count(data.epochs, "epoch")), \(Wording.count(data.totalSteps, "step")) of \(settings.batchSize) images · \(rate)\(warmup)"
                ),
                (
                    "",
                    settings.optimizerText + " · weight decay \(settings.weightDecay) · "
                        + (augmentation.isEmpty ? "no augmentation" : augmentation.joined(separator: ", "))
                        + " · seed \(settings.seed)"
                ),
                (
                    "parallel",
                    "mode \(settings.mode.rawValue) · \(Wording.count(settings.devices ?? 1, "device")) of \(Wording.count(settings.coresPerDevice, "core"))"
                        + " · \(Wording.count(settings.microBatches ?? 1, "micro-batch"))"
                ),
            ] + (run.map(rows) ?? []), width: width)
    }

    /// What is done to training images, each in a few words.
    private static func augmentation(_ augmentation: Augmentation) -> [String] {
        let pad = "pad \(augmentation.padCrop)" + (augmentation.padMode == .reflect ? " by reflection" : "") + " and crop"
        let jitter = augmentation.scaleJitter.map { "crop at scales from \($0.lowerBound) to \($0.upperBound)" } ?? ""
        return [
            ("crop", augmentation.crop), ("random resized crop", augmentation.randomResizedCrop),
            (jitter, augmentation.scaleJitter != nil), (pad, augmentation.padCrop > 0),
            (augmentation.flip == .alternating ? "alternating mirror" : "mirror", augmentation.mirror),
            ("colour", augmentation.colour), ("cutout \(augmentation.cutout)", augmentation.cutout > 0),
        ]
        .filter(\.1).map(\.0)
    }

    /// Of a run that is no longer than its warm-up it is said that the rate never gets to where it was set.
    private static func warmUp(_ steps: Int, of total: Int) -> String {
        guard steps > 0 else { return "" }
        return ", warm-up \(steps) steps" + (steps > total ? ", before whose end the run is over" : "")
    }

    /// What is not used of what lies in the data's folder, and of each epoch: nothing is passed over in silence.
    private static func leftOut(_ data: DataReport, batchSize: Int) -> [(name: String, text: String)] {
        let count = data.inventory.unreadable.count
        let unreadable = count > 0 ? "\(Wording.count(count, "image")) left out that cannot be read" : nil
        let rest = unfilled(data.leftOutPerEpoch, batchSize: batchSize).map { "each epoch leaves out \($0), others each time" }
        return [data.inventory.leftOut.sentence, unreadable, rest].compactMap(\.self).map { (name: "", text: $0) }
    }

    /// `3 images, which fill no batch of 16`; nil where all fill one.
    /// - Parameter whole: what they are of: ` of each epoch`.
    private static func unfilled(_ count: Int, of whole: String = "", batchSize: Int) -> String? {
        guard count > 0 else { return nil }
        return "\(Wording.count(count, "image"))\(whole), which \(count == 1 ? "fills" : "fill") no batch of \(batchSize)"
    }

    private static func rows(_ run: RunReport) -> [(name: String, text: String)] {
        let origin =
            run.resumedFrom.map { "resumed after step \(Wording.grouped(run.step)) from \($0)" }
            ?? run.initializedFrom.map { "weights from \($0)" }
        return [("run", [run.folder ?? "leaves nothing behind", origin].compactMap(\.self).joined(separator: " · "))]
    }

    /// Which layers are computed otherwise than by the standard kernels, and how; nil where there was no choice.
    ///
    ///     kernels     space-to-depth in conv1 · winograd in conv3, conv4, conv5 · else standard, measured now
    static func kernels(_ report: KernelsReport, width: Int?) -> String? {
        guard !report.decisions.isEmpty else { return nil }
        var variants: [(name: String, layers: [String])] = []
        for decision in report.decisions where decision.variant != "standard" {
            let place = variants.firstIndex { $0.name == decision.variant } ?? variants.count
            if place == variants.count { variants.append((decision.variant, [])) }
            if !variants[place].layers.contains(decision.layer) { variants[place].layers.append(decision.layer) }
        }
        let names = variants.map { "\($0.name) in \($0.layers.joined(separator: ", "))" }
        let text = names.isEmpty ? "standard everywhere" : (names + ["else standard"]).joined(separator: " · ")
        let isMeasured = report.decisions.contains { !$0.seconds.isEmpty }
        return LabelledLines.text([("kernels", text + (isMeasured ? ", measured now" : ""))], width: width)
    }

    /// What came out of a run of batches of `batchSize` images.
    static func result(_ finished: FinishedReport, _ run: RunReport?, batchSize: Int, width: Int?) -> String {
        let validation = finished.validation.map {
            "loss \(Wording.fixed($0.loss, 4)) · top-1 \(Wording.percent($0.top1))"
                + ($0.top5.map { " · top-5 \(Wording.percent($0))" } ?? "")
        }
        let time = finished.time
        let shares: [(String, Double)] = [
            ("compute", time.compute), ("exchange", time.exchange), ("waiting", time.waiting), ("input", time.input),
            ("other", time.other),
        ]
        let memory =
            "devices \(Wording.bytes(finished.deviceMemoryBytes)) · process at most \(Wording.bytes(finished.peakMemoryBytes))"
            + ", planned \(Wording.bytes(finished.plannedMemoryBytes))"
        var rows: [(name: String, text: String)] = [
            ("validation", validation ?? "none"),
            (
                "speed",
                "\(Wording.speed(finished.imagesPerSecond)) images/s · \(Wording.count(finished.trainedSteps, "step")) in "
                    + "\(Wording.duration(finished.trainingSeconds)) · validation \(Wording.duration(finished.validationSeconds))"
                    + (finished.savingSeconds > 0 ? " · saving \(Wording.duration(finished.savingSeconds))" : "")
            ),
            ("time", shares.map { "\($0.0) \(Wording.percent($0.1))" }.joined(separator: " · ")),
            ("exchanged", "\(Wording.grouped(finished.exchangedBytesPerStep)) bytes a step"),
            ("memory", memory),
        ]
        if let leftOut = unfilled(finished.leftOutPerEpoch, of: " of each epoch", batchSize: batchSize) {
            rows.append(("left out", leftOut))
        }
        rows += [("weights", "SHA-256 \(finished.weightsSHA256)"), ("", "of \(origin(of: finished))")]
        if let folder = run?.folder { rows.append(("kept", folder)) }
        return LabelledLines.text(rows, width: width)
    }

    /// What the weights' bits follow from that a default may choose by the machine: `2 microBatches, measured kernels`. Where sums cross devices
    /// in mid-network, on how many there were, too.
    private static func origin(of finished: FinishedReport) -> String {
        let parts = [Wording.count(finished.microBatches, "micro-batch"), "\(finished.kernels.rawValue) kernels"]
        let crossesDevices = finished.mode == .model || finished.mode == .hybrid
        let place = "\(finished.mode.rawValue) mode on \(Wording.count(finished.devices, "device"))"
        return (parts + (crossesDevices ? [place] : [])).joined(separator: ", ")
    }
}
