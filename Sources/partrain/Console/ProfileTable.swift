import Networks
package import Profiling
import TextLayout

/// A step's time as a table whose lines add up to it.
///
/// Where there is no room for all, operations are folded and kernels cut; then columns are left out in this order: layouts, kernel, bytes,
/// speed, work, and by layer input, reorder, exchange and update.
package struct ProfileTable: CustomStringConvertible {
    private let step: StepProfile
    private let grouping: StepProfile.Grouping
    private let width: Int?

    package init(_ step: StepProfile, by grouping: StepProfile.Grouping, width: Int?) {
        self.step = step
        self.grouping = grouping
        self.width = width
    }

    package var description: String { grouping == .layer ? byLayer : byKind }

    // MARK: By kind and operation

    /// A line for each kind, and below it, if wanted, one for each operation.
    private var byKind: String {
        let hasOperations = grouping == .operation
        let hasAlone = step.rows.contains { $0.secondsAlone != nil }
        var table = TextTable(columns: [TextTable.Column(hasOperations ? "kind, layer" : "kind", fold: .cut(least: 11))])
        if hasOperations { table.columns.append(TextTable.Column("operation", fold: .wrapped(least: 14))) }
        table.columns.append(TextTable.Column("time", unit: "ms", alignment: .right))
        if hasAlone { table.columns.append(TextTable.Column("alone", unit: "ms", alignment: .right)) }
        table.columns += figures
        if hasOperations {
            table.columns.append(TextTable.Column("kernel", fold: .cut(least: 12), rank: 2))
            table.columns.append(TextTable.Column("layouts", rank: 1))
        }

        func cells(_ name: String, _ row: StepProfile.Row, title: String = "") -> [String] {
            [name] + (hasOperations ? [title] : []) + [milliseconds(row.seconds)]
                + (hasAlone ? [row.secondsAlone.map(milliseconds) ?? ""] : []) + figures(of: row)
                + (hasOperations ? [row.implementation, row.layouts] : [])
        }
        for part in StepPart.allCases {
            guard let sum = step.sum(of: part) else { continue }
            let members = hasOperations ? step.rows.filter { $0.part == part && !$0.layer.isEmpty } : []
            if !members.isEmpty && !table.rows.isEmpty { table.rows.append(.heading("")) }
            table.rows.append(.cells(cells(part.rawValue, sum, title: members.isEmpty ? Self.meaning(of: part) : "")))
            table.rows += members.map { .cells(cells("  " + $0.layer, $0, title: $0.title)) }
        }
        if let all = StepProfile.Row.sum(of: step.rows, layer: "", title: "step") { table.footer = cells("step", all) }
        return table.rendered(width: width)
    }

    private static func meaning(of part: StepPart) -> String {
        switch part {
        case .wait: "for other workers"
        case .input: "the batch"
        case .overhead: "host, wake-ups, results"
        case .irregular: "left out by the medians"
        case .forward, .gradient, .update, .reorder, .exchange: ""
        }
    }

    // MARK: By layer

    /// A line for each layer, with a column for each kind of work.
    private var byLayer: String {
        let parts = [StepPart.forward, .gradient, .update, .reorder, .exchange, .input].filter { part in
            step.rows.contains { $0.part == part && !$0.layer.isEmpty }
        }
        let ranks: [StepPart: Int] = [.input: 6, .reorder: 7, .exchange: 8, .update: 9]
        var table = TextTable(columns: [TextTable.Column("layer", fold: .cut(least: 9))])
        table.columns += parts.map { TextTable.Column($0.rawValue, unit: "ms", alignment: .right, rank: ranks[$0]) }
        table.columns.append(TextTable.Column("time", unit: "ms", alignment: .right))
        table.columns += figures
        func cells(_ name: String, _ rows: [StepProfile.Row]) -> [String] {
            guard let sum = StepProfile.Row.sum(of: rows, layer: "", title: name) else { return [] }
            let times = parts.map { part in
                StepProfile.Row.sum(of: rows.filter { $0.part == part && !$0.layer.isEmpty }, layer: "", title: "")
                    .map { milliseconds($0.seconds) } ?? ""
            }
            return [name] + times + [milliseconds(sum.seconds)] + figures(of: sum)
        }
        table.rows = step.layers.map { .cells(cells($0.name, $0.rows)) }
        table.rows += step.rows.filter(\.layer.isEmpty).map { .cells(cells($0.part.rawValue, [$0])) }
        table.footer = cells("step", step.rows)
        return table.rendered(width: width)
    }

    // MARK: Figures

    private var figures: [TextTable.Column] {
        [
            TextTable.Column("share", unit: "%", alignment: .right),
            TextTable.Column("work", unit: work.name, alignment: .right, rank: 5),
            TextTable.Column("speed", unit: "GFLOP/s", alignment: .right, rank: 4),
            TextTable.Column("bytes", unit: "GB/s", alignment: .right, rank: 3),
            TextTable.Column("of roof", unit: "%", alignment: .right),
        ]
    }

    private func figures(of row: StepProfile.Row) -> [String] {
        func rate(_ amount: Double) -> String {
            guard amount > 0, row.seconds > 0 else { return "" }
            let speed = amount / row.seconds / 1e9
            return Wording.fixed(speed, speed < 10 ? 1 : 0)
        }
        return [
            Wording.fixed(row.seconds / step.seconds * 100, 1),
            row.floatingPointOperations > 0 ? Wording.fixed(row.floatingPointOperations / work.size, 2) : "",
            rate(row.floatingPointOperations), rate(row.bytes),
            row.shareOfRoofline.map { Wording.fixed($0 * 100, 0) } ?? "",
        ]
    }

    private var work: (name: String, size: Double) {
        step.rows.reduce(0) { $0 + $1.floatingPointOperations } < 1e9 ? ("MFLOP", 1e6) : ("GFLOP", 1e9)
    }

    /// Fewer digits for longer steps.
    private func milliseconds(_ seconds: Double) -> String {
        Wording.fixed(seconds * 1e3, step.seconds < 0.1 ? 3 : 1)
    }
}
