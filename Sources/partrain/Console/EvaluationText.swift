import Evaluation

/// What came of an evaluation, as aligned lines.
enum EvaluationText {
    /// - Parameter width: columns that a line may have, or nil.
    static func lines(_ report: EvaluationReport, width: Int?) -> String {
        let views = report.views > 1 ? ", \(report.views) views of each" : ""
        let unscored = report.unscored > 0 ? " · \(Wording.grouped(report.unscored)) of other classes left out" : ""
        var rows: [(name: String, text: String)] = [
            ("images", "\(Wording.grouped(report.score.images)) of \(report.data)\(views)\(unscored)")
        ]
        if report.members.count > 1 {
            rows += report.members.map { ("weights", "\($0.path): \(text($0.score))") }
            rows.append(("together", text(report.score)))
        } else {
            rows.append(("weights", report.members[0].path))
            rows.append(("validation", text(report.score)))
        }
        if let shift = report.shift {
            rows.append(
                (
                    "shifted",
                    "\(Wording.fixed(100 * shift.share, 2)) ± \(Wording.fixed(100 * shift.standardError, 2)) % of "
                        + "\(Wording.count(shift.pairs, "pair")) of each image are said to be of one class · shifts of up to "
                        + "\(shift.rows) × \(shift.columns) pixels"
                ))
        }
        return LabelledLines.text(rows, width: width) + "\n"
    }

    /// `loss 0.9123 · top-1 68.2 ± 0.5 % · top-5 97.0 %`
    private static func text(_ score: EvaluationReport.Score) -> String {
        "loss \(Wording.fixed(score.loss, 4)) · top-1 \(Wording.fixed(100 * score.top1, 2)) ± "
            + "\(Wording.fixed(100 * score.standardError, 2)) %" + (score.top5.map { " · top-5 \(Wording.percent($0))" } ?? "")
    }
}
