import Configuration
import Parallelism
import TextLayout
import Training
import Verification

/// A verification as text.
enum VerificationText {
    /// What is verified.
    ///
    /// - Parameter width: columns that a line may have, or nil.
    static func heading(_ settings: TrainingConfiguration, source: String, steps: Int, width: Int?) -> String {
        let sizes =
            "\(Wording.count(steps, "step")) of \(settings.batchSize) images in \(Wording.count(settings.microBatches ?? 1, "micro-batch"))"
        return LabelledLines.text(
            [
                ("network", "\(settings.model) · \(source) · seed \(settings.seed)"),
                ("steps", "\(sizes) · learning rate \(settings.learningRate ?? 0), \(settings.schedule.rawValue)"),
                ("kernels", "\(settings.kernels.rawValue), one choice for all cases"),
            ], width: width)
    }

    /// How far each parameter of the bounded modes was from one device's, the bound, what was injected, and every broken promise.
    static func result(_ report: VerificationReport, width: Int?) -> String {
        let parts = [bounded(report, width), injected(report), broken(report)].filter { !$0.isEmpty } + [sentence(report)]
        return "\n" + parts.joined(separator: "\n\n")
    }

    // MARK: Parts

    /// For each bounded mode and parameter the largest differences over all its cases.
    ///
    /// Where there is no room for all, the two values are left out first, then step and element.
    private static func bounded(_ report: VerificationReport, _ width: Int?) -> String {
        let rows = report.rows.filter { $0.test.promise == .bounded && $0.obstacle == nil }
        var table = TextTable(
            columns: [
                TextTable.Column("mode"), TextTable.Column("parameter", fold: .cut(least: 12)),
                TextTable.Column("largest difference", alignment: .right), TextTable.Column("element", rank: 4),
                TextTable.Column("step", alignment: .right, rank: 3), TextTable.Column("found", alignment: .right, rank: 1),
                TextTable.Column("one device's", alignment: .right, rank: 2), TextTable.Column("of bound", alignment: .right),
            ], hasRule: false)
        for mode in ParallelMode.allCases {
            var worst: [ParameterDifference] = []
            for row in rows where row.test.mode == mode { worst.merge(row.differences) }
            table.rows += worst.map { difference in
                .cells([
                    mode.rawValue, difference.parameter, ulps(difference.largest.ulps), index(difference.largest),
                    "\(difference.step)", "\(difference.largest.found)", "\(difference.largest.expected)",
                    Wording.percent(difference.shareOfBound),
                ])
            }
        }
        return table.rows.isEmpty ? "" : table.rendered(width: width) + "\n\n" + boundSentence(report)
    }

    private static func boundSentence(_ report: VerificationReport) -> String {
        let ties =
            report.nearTies > 0
            ? " (\(Wording.count(report.nearTies, "near tie")) in \(report.steps * report.settings.batchSize) examples)" : ""
        let rounding = report.roundingShareOfBound.map {
            "\nOne device whose weights begin one unit in the last place away parts from itself by \(Wording.percent($0)) of that."
        }
        let least = report.leastChange > 0 ? ", or of \(Wording.percent(report.leastChange)) of the network's," : ""
        return "Bound after \(Wording.count(report.steps, "step")): \(Wording.fixed(report.shareOfChange, 4)) of the parameter's "
            + "largest change\(ties)\(least) + \(Wording.fixed(report.rounding * 0x1p24, 0)) · 2⁻²⁴ of the weight.\(rounding ?? "")\n"
            + "Units in the last place (ulp) are the element's own: near zero they are small, and differences count many."
    }

    private static func injected(_ report: VerificationReport) -> String {
        guard let injected = report.injected, let row = report.rows.first(where: { $0.injected != nil }) else { return "" }
        return "injected in \(row.test), step \(injected.step), device \(injected.device), layer \(injected.layer): "
            + "\(injected.place) from \(injected.before) to \(injected.after)\n"
            + (injected.foundAs.map { "found    \($0)" } ?? "NOT FOUND")
    }

    private static func broken(_ report: VerificationReport) -> String {
        report.rows.filter { !$0.broken.isEmpty }.map { row in
            let most = 20
            let more = row.broken.count > most ? ["  and \(row.broken.count - most) more"] : []
            return (["\(row.test):"] + row.broken.prefix(most).map { "  \($0)" } + more).joined(separator: "\n")
        }.joined(separator: "\n\n")
    }

    private static func sentence(_ report: VerificationReport) -> String {
        let left = report.rows.count - report.ran
        let skipped = left > 0 ? "; \(left) could not run" : ""
        if report.injected?.foundAs != nil, report.broken == 1 {
            return
                "The injected error was found and named; every other promise holds in \(Wording.count(report.ran, "case"))\(skipped)."
        }
        guard report.holds else {
            return "Promises are broken in \(report.broken) of \(Wording.count(report.ran, "case")) that ran\(skipped)."
        }
        return "Every promise holds in all \(Wording.count(report.ran, "case")) that ran\(skipped)."
    }

    static func index(_ element: ParameterDifference.Element) -> String {
        "[\(element.index.map(String.init).joined(separator: ", "))]"
    }

    static func ulps(_ value: Double) -> String {
        guard value.isFinite, value < 1e12 else { return "\(value) ulp" }
        return (value < 10 ? Wording.fixed(value, 1) : Wording.grouped(Int(value.rounded()))) + " ulp"
    }
}
