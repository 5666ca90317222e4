import Training

/// How far a run is, on one line.
struct ProgressText {
    private let progress: ProgressReport

    init(_ progress: ProgressReport) {
        self.progress = progress
    }

    /// `2/12  step 83/156  612 images/s  loss 2.2114  1 min 23 s left`, under the table's epochs.
    var plain: String {
        let digits = String(progress.stepsInEpoch).count
        return ([epoch, "step " + "\(progress.stepInEpoch)".right(digits) + "/\(progress.stepsInEpoch)"] + figures)
            .joined(separator: "  ")
    }

    /// The same with a bar, in at most `width` columns; what does not fit is left out from the end.
    func bar(width: Int) -> String {
        let digits = String(progress.stepsInEpoch).count
        let bar = Self.bar(Double(progress.stepInEpoch) / Double(progress.stepsInEpoch), width: 24)
        var line = epoch + "  \(bar)"
        for part in ["\(progress.stepInEpoch)".right(digits) + "/\(progress.stepsInEpoch)"] + figures {
            guard line.count + 2 + part.count <= width else { break }
            line += "  " + part
        }
        return line
    }

    private var epoch: String { "\(progress.epoch)/\(progress.epochs)".right(7) }

    private var figures: [String] {
        [
            "\(Wording.speed(progress.imagesPerSecond)) images/s", "loss \(Wording.fixed(progress.loss, 4))",
            "\(Wording.duration(progress.secondsLeft)) left",
        ]
    }

    private static func bar(_ share: Double, width: Int) -> String {
        let full = Int((share * Double(width)).rounded())
        return String(repeating: "━", count: full) + String(repeating: "─", count: width - full)
    }
}
