import Parallelism
import Training

/// A verification as text.
enum VerificationText {
    private static let weightsWidth = 44

    /// What is verified, and the head of the table.
    static func heading(_ settings: TrainingConfiguration, source: String, steps: Int) -> String {
        let sizes =
            "\(Wording.count(steps, "step")) of \(settings.batchSize) images in \(Wording.count(settings.shards ?? 1, "shard"))"
        return "network     \(settings.model) · \(source) · seed \(settings.seed)\n"
            + "steps       \(sizes) · learning rate \(settings.learningRate ?? 0), \(settings.schedule.rawValue)\n\n"
            + cells("mode", "devices", "cores", "shards", "steps", "weights", "of bound", "replicas", "exchanges", "promises")
    }

    static func line(_ row: VerificationRow, shards: Int) -> String {
        let test = row.test
        func cells(_ steps: String, _ weights: String, _ rest: [String], _ verdict: String) -> String {
            Self.cells(
                test.mode.rawValue, "\(test.devices)", "\(test.coresPerDevice)", "\(shards)", steps, weights, rest[0], rest[1],
                rest[2], verdict)
        }
        if let obstacle = row.obstacle {
            return cells("–", "cannot run: \(obstacle)", ["", "", ""], "").trimmed
        }
        let replicas = row.broken.contains { $0.kind == .replica } ? "differ" : row.replicaBytes > 0 ? "equal" : "–"
        let exchanges = "\(Wording.grouped(row.exchanges)), \(Wording.bytes(row.exchangeBytes))"
        return cells(
            "\(row.steps)", weights(row),
            [row.test.promise == .bounded ? Wording.percent(row.shareOfBound) : "–", replicas, exchanges],
            row.holds ? "hold" : "BROKEN")
    }

    /// How far each parameter of the bounded modes was from one device's, the bound, what was injected, and every broken promise.
    static func result(_ report: VerificationReport) -> String {
        let parts = [bounded(report), injected(report), broken(report)].filter { !$0.isEmpty } + [sentence(report)]
        return "\n" + parts.joined(separator: "\n\n")
    }

    // MARK: Parts

    private static func cells(
        _ mode: String, _ devices: String, _ cores: String, _ shards: String, _ steps: String, _ weights: String, _ bound: String,
        _ replicas: String, _ exchanges: String, _ verdict: String
    ) -> String {
        (mode.padded(to: 7) + devices.right(7) + cores.right(7) + shards.right(8) + steps.right(7) + "  "
            + weights.padded(to: weightsWidth) + bound.right(10) + "  " + replicas.padded(to: 8) + exchanges.right(20) + "  "
            + verdict).trimmed
    }

    private static func weights(_ row: VerificationRow) -> String {
        guard let largest = row.largest else {
            return row.steps > 0 ? "identical bits \(row.weightsSHA256.prefix(12))" : "–"
        }
        return "\(ulps(largest.largest.ulps)) at \(place(largest.parameter, largest.largest))"
    }

    /// For each bounded mode and parameter the largest differences over all its cases.
    private static func bounded(_ report: VerificationReport) -> String {
        let rows = report.rows.filter { $0.test.promise == .bounded && $0.obstacle == nil }
        let lines = ParallelMode.allCases.flatMap { mode in
            var worst: [ParameterDifference] = []
            for row in rows where row.test.mode == mode { worst.merge(row.differences) }
            return worst.map { difference in
                cells(
                    mode.rawValue, difference.parameter, ulps(difference.largest.ulps), index(difference.largest),
                    "\(difference.step)", "\(difference.largest.found)", "\(difference.largest.expected)",
                    Wording.percent(difference.shareOfBound))
            }
        }
        guard !lines.isEmpty else { return "" }
        let head = cells("mode", "parameter", "largest difference", "element", "step", "found", "one device's", "of bound")
        return ([head] + lines).joined(separator: "\n") + "\n\n" + boundSentence(report)
    }

    private static func cells(
        _ mode: String, _ parameter: String, _ ulps: String, _ element: String, _ step: String, _ found: String,
        _ expected: String, _ bound: String
    ) -> String {
        mode.padded(to: 8) + parameter.padded(to: 20) + ulps.right(18) + "  " + element.padded(to: 20) + step.right(5)
            + found.right(17) + expected.right(17) + bound.right(10)
    }

    private static func boundSentence(_ report: VerificationReport) -> String {
        let ties =
            report.nearTies > 0
            ? " (\(Wording.count(report.nearTies, "near tie")) in \(report.steps * report.settings.batchSize) examples)" : ""
        let rounding = report.roundingShareOfBound.map {
            "\nOne device whose weights begin one unit in the last place away parts from itself by \(Wording.percent($0)) of that."
        }
        return "Bound after \(Wording.count(report.steps, "step")): \(Wording.fixed(report.shareOfChange, 4)) of the parameter's "
            + "largest change\(ties) + \(Wording.fixed(report.rounding * 0x1p24, 0)) · 2⁻²⁴ of the weight.\(rounding ?? "")\n"
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

    private static func place(_ parameter: String, _ element: ParameterDifference.Element) -> String {
        parameter + index(element)
    }

    private static func index(_ element: ParameterDifference.Element) -> String {
        "[\(element.index.map(String.init).joined(separator: ", "))]"
    }

    private static func ulps(_ value: Double) -> String {
        guard value.isFinite, value < 1e12 else { return "\(value) ulp" }
        return (value < 10 ? Wording.fixed(value, 1) : Wording.grouped(Int(value.rounded()))) + " ulp"
    }
}

extension String {
    /// Without blanks at the end.
    fileprivate var trimmed: String { String(reversed().drop { $0 == " " }.reversed()) }
}
