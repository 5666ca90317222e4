import Configuration
import Networks
import Parallelism
import Planning
import TextLayout
import Topology
import Training

/// What memory a run would take, as a table: a row for each device, then the program and the sum, and what there is.
///
///               weights  optimizer  activations  gradients  scratch      total
///                   MiB        MiB          MiB        MiB      MiB        MiB
///     ────────────────────────────────────────────────────────────────────────
///     device 0    233.2      233.2        …
struct MemoryText {
    private let settings: TrainingConfiguration
    private let plan: RunMemoryPlan
    private let refusal: MemoryRefusal?

    init(_ settings: TrainingConfiguration, _ plan: RunMemoryPlan, _ refusal: MemoryRefusal?) {
        self.settings = settings
        self.plan = plan
        self.refusal = refusal
    }

    /// - Parameter width: columns that a line may have, or nil. In the table scratch memory is left out first, then gradients.
    func lines(width: Int?) -> String {
        let host = plan.host.kinds.filter { $0.bytes > 0 }.map { "\($0.name) \(Wording.bytes($0.bytes))" }
        let lines =
            LabelledLines.text(
                [
                    (
                        "run",
                        "\(settings.model), batch of \(Wording.grouped(settings.batchSize)) · mode \(settings.mode.rawValue) · "
                            + "\(Wording.count(settings.devices ?? 1, "device")) of \(Wording.count(settings.coresPerDevice, "core"))"
                    )
                ], width: width) + "\n\n" + table(width: width) + "\n\n"
            + LabelledLines.text(
                [
                    ("program", host.joined(separator: " · ")),
                    ("in all", Wording.bytes(plan.total)),
                    ("available", available),
                    ("", refusal.map { "does not fit: \($0)" } ?? "fits"),
                ], width: width)
        return lines
    }

    private func table(width: Int?) -> String {
        let names = MemoryByKind().kinds.map(\.name)
        var table = TextTable(
            columns: [TextTable.Column("")]
                + (names + ["total"]).map {
                    TextTable.Column($0, unit: "MiB", alignment: .right, rank: ["scratch": 1, "gradients": 2][$0])
                })
        for (number, device) in plan.devices.enumerated() { table.rows.append(.cells(["device \(number)"] + Self.cells(device))) }
        if plan.devices.count > 1 {
            table.footer = ["all devices"] + Self.cells(plan.devices.reduce(MemoryByKind(), +))
        }
        return table.rendered(width: width)
    }

    private static func cells(_ device: MemoryByKind) -> [String] {
        (device.kinds.map(\.bytes) + [device.total]).map { Wording.fixed(Double($0) / 1_048_576, 1) }
    }

    private var available: String {
        let process =
            plan.budget.tightest.map { "\(Wording.bytes($0.available)) of \(Wording.bytes($0.total)), by \($0.source)" }
            ?? "unknown"
        return process + (plan.deviceLimit.map { " · \(Wording.bytes($0)) a device (--device-memory)" } ?? "")
    }
}
