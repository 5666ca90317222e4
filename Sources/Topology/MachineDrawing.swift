/// The machine as text: packages around nodes around caches around cores, which device sits where, what is excluded and why.
///
/// ```
/// 1 package · 1 node · 2 cores · 2 hardware threads, 2 usable
/// ┌ package 0 ───────────────────┐
/// │ ┌ node 0 · 23 GiB ─────────┐ │
/// │ │ L3 32 MiB  cpu     0  1  │ │
/// │ │            device  0  1  │ │
/// │ └──────────────────────────┘ │
/// └──────────────────────────────┘
/// 2 devices of 1 core, each on cores of its own
/// ```
public struct MachineDrawing: Sendable, CustomStringConvertible {
    /// At most this many columns, unless told otherwise.
    public static let width = 96
    /// The fewest columns that the boxes have room in.
    private static let least = 32

    private let machine: Machine
    private let assignment: CoreAssignment?
    private let isPinned: Bool
    private let notes: [String]
    private let devices: [Int: [Int]]
    private let width: Int

    /// - Parameter width: the columns of its boxes, at most; the sentences around them are as long as they come.
    public init(_ machine: Machine, _ assignment: CoreAssignment? = nil, width: Int = MachineDrawing.width) {
        self.init(machine, assignment, isPinned: true, notes: [], width: width)
    }

    /// With what other processes have taken.
    public init(_ machine: Machine, _ placement: CorePlacement, width: Int = MachineDrawing.width) {
        self.init(
            machine, placement.assignment, isPinned: placement.roaming == nil,
            notes: placement.taken.sentences + placement.notes, width: width)
    }

    private init(_ machine: Machine, _ assignment: CoreAssignment?, isPinned: Bool, notes: [String], width: Int) {
        self.machine = machine
        self.assignment = assignment
        self.isPinned = isPinned
        self.notes = notes
        self.width = max(Self.least, width)
        devices = assignment?.devicesByThread ?? [:]
    }

    public var description: String {
        ([heading] + boxes + exclusions + assignmentNotes + notes).joined(separator: "\n")
    }

    /// What it says in words, without the boxes.
    public var sentences: [String] { [heading] + exclusions + assignmentNotes + notes }

    private var heading: String {
        let threads = count(machine.threadCount, "hardware thread")
        let quota = machine.quota.map { ", quota of \($0.formatted) CPUs" } ?? ""
        return [
            count(machine.packages.count, "package"), count(machine.nodes.count, "node"), count(machine.cores.count, "core"),
            "\(threads), \(machine.usableThreadCount) usable\(quota)",
        ].joined(separator: " · ")
    }

    // MARK: - Boxes

    private var boxes: [String] {
        let grid = CoreGrid(machine, devices: devices, width: width - 8)
        let packages = machine.cores.map(\.package).uniqued.map { package in
            let cores = machine.cores.indices.filter { machine.cores[$0].package == package }
            let nodes = cores.map { machine.cores[$0].node }.uniqued.map { node in
                (title: title(ofNode: node), lines: grid.lines(for: cores.filter { machine.cores[$0].node == node }))
            }
            return (title: "package \(package)", nodes: nodes)
        }
        // Every box is as wide as the widest, so that the edges line up.
        let inner = packages.flatMap { $0.nodes.flatMap { $0.lines.map(\.count) + [$0.title.count + 2] } }.max() ?? 0
        return packages.flatMap { package in
            boxed(package.title, package.nodes.flatMap { boxed($0.title, $0.lines, inner) }, inner + 4)
        } + memoryAlone
    }

    private func title(ofNode index: Int) -> String {
        guard let bytes = machine.nodes.first(where: { $0.index == index })?.bytes, bytes > 0 else { return "node \(index)" }
        return "node \(index) · \(bytes.binaryUnits)"
    }

    /// Nodes of memory with no core of their own (extension cards, high-bandwidth memory).
    private var memoryAlone: [String] {
        machine.nodes.filter { node in !machine.cores.contains { $0.node == node.index } }
            .map { "  \(title(ofNode: $0.index)), no cores" }
    }

    private func boxed(_ title: String, _ lines: [String], _ inner: Int) -> [String] {
        let top = "┌ \(title) " + String(repeating: "─", count: max(0, inner - title.count)) + "┐"
        let bottom = "└" + String(repeating: "─", count: inner + 2) + "┘"
        return [top] + lines.map { "│ \($0.padded(to: inner)) │" } + [bottom]
    }

    // MARK: - Notes

    private var exclusions: [String] {
        Machine.Exclusion.allCases.compactMap { reason in
            let threads = machine.cores.flatMap(\.threads).filter { $0.exclusion == reason }.map(\.index).sorted()
            return threads.isEmpty ? nil : "\(reason.mark) \(reason.sentence): cpu \(threads.ranges)"
        }
    }

    private var assignmentNotes: [String] {
        guard let assignment else { return [] }
        let perDevice = assignment.perDevice
        let who = "\(count(perDevice.count, "device")) of \(count(assignment.coresPerDevice, "core"))"
        let crowd = devices.values.map(\.count).max() ?? 0
        let second = Set(machine.cores.flatMap { $0.usableThreads.dropFirst().map(\.index) })
        let usesSecond = !second.isDisjoint(with: devices.keys)
        // Shared, though no two devices of this run are on the same.
        let besideOthers = crowd == 1 ? perDevice.filter(\.isShared).map(\.device) : []
        let unit = usesSecond ? "hardware thread" : "core"
        let place =
            if !isPinned {
                "; the system chooses the cores"
            } else if !besideOthers.isEmpty {
                ", beside another process: device\(besideOthers.count == 1 ? "" : "s") \(besideOthers.ranges)"
            } else if crowd == 1 {
                ", \(perDevice.count == 1 ? "" : "each ")on \(unit)s of its own"
            } else {
                " on \(count(devices.count, unit)): up to \(crowd) take turns on each"
            }
        var lines = [who + place]
        if usesSecond { lines.append("second hardware threads are in use: the physical cores ran out") }
        for (reach, border) in [
            (CoreAssignment.Reach.node, "last-level caches"), (.package, "NUMA nodes"), (.machine, "packages"),
        ] {
            let across = perDevice.filter { $0.reach == reach }.map(\.device)
            if !across.isEmpty {
                lines.append("across \(border): device\(across.count == 1 ? "" : "s") \(across.ranges)")
            }
        }
        return lines
    }

    private func count(_ number: Int, _ noun: String) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
}

extension Machine.Exclusion {
    /// What stands in the drawing where a device would.
    var mark: String {
        switch self {
        case .container: "×"
        case .affinity: "–"
        case .quota: "%"
        }
    }

    fileprivate var sentence: String {
        switch self {
        case .container: "outside the container's cpuset"
        case .affinity: "outside this process's affinity (taskset)"
        case .quota: "beyond the CPU quota"
        }
    }
}
