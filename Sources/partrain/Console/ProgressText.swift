import TextLayout
import Training

/// How far a run is, on one line.
struct ProgressText {
    private let progress: ProgressReport

    init(_ progress: ProgressReport) {
        self.progress = progress
    }

    /// `2/12  step 83/156  612 images/s  loss 2.2114  1 min 23 s left`, under the table's epochs.
    var plain: String {
        ([epoch, "step " + step] + [speed, loss, left]).joined(separator: Self.gap)
    }

    /// The same with a bar, in at most `width` columns. Where those are few, first the bar becomes shorter; then speed, the time that is
    /// left, the bar, the loss and the step are left out, in this order.
    func bar(width: Int) -> String {
        let wishes = [
            ColumnFit.Wish(natural: epoch.columns), ColumnFit.Wish(natural: Self.bar, least: Self.leastBar, rank: 3),
            ColumnFit.Wish(natural: step.columns, rank: 5), ColumnFit.Wish(natural: speed.columns, rank: 1),
            ColumnFit.Wish(natural: loss.columns, rank: 4), ColumnFit.Wish(natural: left.columns, rank: 2),
        ]
        let fit = ColumnFit(wishes, gap: Self.gap.count, width: width)
        return zip(fit.shown, fit.widths).map { part, width in
            part == 1 ? bar(of: width) : [epoch, "", step, speed, loss, left][part]
        }.joined(separator: Self.gap).cut(to: width)
    }

    private static let gap = "  "
    private static let bar = 24
    private static let leastBar = 8

    private var epoch: String { "\(progress.epoch)/\(progress.epochs)".right(7) }
    private var step: String {
        "\(progress.stepInEpoch)".right(String(progress.stepsInEpoch).count) + "/\(progress.stepsInEpoch)"
    }
    private var speed: String { "\(Wording.speed(progress.imagesPerSecond)) images/s" }
    private var loss: String { "loss \(Wording.loss(progress.loss))" }
    private var left: String { "\(Wording.duration(progress.secondsLeft)) left" }

    private func bar(of width: Int) -> String {
        let full = Int((Double(progress.stepInEpoch) / Double(progress.stepsInEpoch) * Double(width)).rounded())
        return String(repeating: "━", count: full) + String(repeating: "─", count: width - full)
    }
}
