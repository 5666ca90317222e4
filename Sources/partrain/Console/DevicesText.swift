import TextLayout
import Topology
import Training

/// Where the devices sit: the drawing, and what the system says of each after pinning.
struct DevicesText {
    private let report: DevicesReport

    init(_ report: DevicesReport) {
        self.report = report
    }

    /// - Parameters:
    ///   - width: columns that a line may have, or nil.
    ///   - room: lines that it may have, or nil; where the drawing has none, it is told in sentences.
    func lines(width: Int?, room: Int?) -> String {
        let drawing = drawing(width: min(width ?? MachineDrawing.width, MachineDrawing.width))
        let whole = ([drawing.description] + shown.map(line) + rest).joined(separator: "\n")
        guard let room, whole.split(separator: "\n").count > room else { return whole }
        return LabelledLines.text(
            [
                ("machine", drawing.sentences[0]),
                ("devices", (drawing.sentences.dropFirst() + [pinned, "`partrain topology` draws it"]).joined(separator: " · ")),
            ], width: width)
    }

    private func drawing(width: Int) -> MachineDrawing {
        report.placement.map { MachineDrawing(report.machine, $0, width: width) }
            ?? MachineDrawing(report.machine, report.assignment, width: width)
    }

    private var pinned: String {
        guard report.bindings.allSatisfy(\.isPinned) else { return "not all threads are pinned" }
        return "threads pinned to cpu \(report.bindings.map(\.requested).sorted().ranges)"
    }

    /// Beyond this many devices the drawing says enough.
    private static let most = 16
    private var shown: ArraySlice<CoreAssignment.DeviceCores> { report.assignment.perDevice.prefix(Self.most) }

    private func line(_ deviceCores: CoreAssignment.DeviceCores) -> String {
        "device \(deviceCores.device)".padded(to: 11)
            + report.bindings(of: deviceCores).map(\.description).joined(separator: "; ")
    }

    private var rest: [String] {
        let hidden = report.assignment.perDevice.count - shown.count
        guard hidden > 0 else { return [] }
        let pinned = report.bindings.allSatisfy(\.isPinned)
        return ["and \(Wording.count(hidden, "more device")); \(pinned ? "all threads are" : "not all threads are") pinned"]
    }
}
