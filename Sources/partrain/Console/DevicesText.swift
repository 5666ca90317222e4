import Topology
import Training

/// Where the devices sit: the drawing, and what the system says of each after pinning.
struct DevicesText: CustomStringConvertible {
    private let report: DevicesReport

    init(_ report: DevicesReport) {
        self.report = report
    }

    var description: String {
        ([drawing.description] + shown.map(line) + rest).joined(
            separator: "\n")
    }

    private var drawing: MachineDrawing {
        report.placement.map { MachineDrawing(report.machine, $0) } ?? MachineDrawing(report.machine, report.assignment)
    }

    /// Beyond this many devices the drawing says enough.
    private static let most = 16
    private var shown: ArraySlice<CoreAssignment.Seat> { report.assignment.seats.prefix(Self.most) }

    private func line(_ seat: CoreAssignment.Seat) -> String {
        "device \(seat.device)".padded(to: 11) + report.bindings(of: seat).map(\.description).joined(separator: "; ")
    }

    private var rest: [String] {
        let hidden = report.assignment.seats.count - shown.count
        guard hidden > 0 else { return [] }
        let pinned = report.bindings.allSatisfy(\.isPinned)
        return ["and \(Wording.count(hidden, "more device")); \(pinned ? "all threads are" : "not all threads are") pinned"]
    }
}
