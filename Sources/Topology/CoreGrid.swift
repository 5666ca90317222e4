/// The rows inside a node's box: cores by cache, the number of each hardware thread above what is on it.
struct CoreGrid {
    private let machine: Machine
    private let devices: [Int: [Int]]
    private let cell: Int
    private let label: Int
    private let cellsPerLine: Int
    private let width: Int

    init(_ machine: Machine, devices: [Int: [Int]], width: Int) {
        self.machine = machine
        self.devices = devices
        self.width = width
        let threads = machine.cores.flatMap(\.threads)
        cell = (threads.map { max(String($0.index).count, Self.mark(of: $0, devices).count) }.max() ?? 1) + 2
        label = (machine.cores.map { Self.name(of: $0, in: machine).count }.max() ?? 0) + 2
        let most = max(1, (width - label - Self.rowNames) / cell)
        cellsPerLine = most >= 8 ? most / 8 * 8 : most
    }

    /// Columns for "device" and "cpu".
    private static let rowNames = 6

    /// Text rows for some cores of one node, by index into the machine's cores.
    func lines(for cores: [Int]) -> [String] {
        let caches = cores.map { machine.cores[$0].lastLevelCache }.uniqued
        return caches.flatMap { cache in
            let sharing = cores.map { machine.cores[$0] }.filter { $0.lastLevelCache == cache }
            return rows(for: sharing)
        }
    }

    private func rows(for cores: [Machine.Core]) -> [String] {
        var name = cores.first.map { Self.name(of: $0, in: machine) } ?? ""
        let deepest = cores.map(\.threads.count).max() ?? 0
        // A core's further hardware threads take space only where they are used.
        let ranks = (0..<deepest).filter { rank in
            rank == 0 || cores.contains { $0.threads.count > rank && devices[$0.threads[rank].index] != nil }
        }
        if let reason = Self.onlyExclusion(of: cores) {
            let ranges = cores.flatMap(\.threads).map(\.index).sorted().ranges + "  \(reason.mark)"
            return ranges.lines(ofAtMost: max(8, width - label - Self.rowNames - 2)).enumerated().map { line, text in
                (line == 0 ? name : "").padded(to: label) + (line == 0 ? "cpu" : "").padded(to: Self.rowNames) + "  " + text
            }
        }
        var lines: [String] = []
        for start in stride(from: 0, to: cores.count, by: cellsPerLine) {
            let part = cores[start..<min(start + cellsPerLine, cores.count)]
            for rank in ranks {
                let threads = part.map { $0.threads.count > rank ? $0.threads[rank] : nil }
                lines.append(row(name, "cpu", threads.map { $0.map { String($0.index) } ?? "" }))
                lines.append(row("", "device", threads.map { $0.map { Self.mark(of: $0, devices) } ?? "" }))
                name = ""
            }
        }
        return lines
    }

    /// The one reason for which none of these cores may be used, where there is one.
    private static func onlyExclusion(of cores: [Machine.Core]) -> Machine.Exclusion? {
        let reasons = cores.flatMap(\.threads).map(\.exclusion).uniqued
        return reasons.count == 1 ? reasons[0] : nil
    }

    private func row(_ name: String, _ kind: String, _ cells: [String]) -> String {
        name.padded(to: label) + kind.padded(to: Self.rowNames)
            + cells.map { String(repeating: " ", count: cell - $0.count) + $0 }.joined()
    }

    private static func name(of core: Machine.Core, in machine: Machine) -> String {
        guard let cache = core.lastLevelCache.map({ machine.caches[$0] }) else { return "cores" }
        return cache.bytes > 0 ? "L\(cache.level) \(cache.bytes.binaryUnits)" : "L\(cache.level)"
    }

    /// The devices on a hardware thread, a dot where there is none, or why there can be none.
    private static func mark(of thread: Machine.HardwareThread, _ devices: [Int: [Int]]) -> String {
        if let exclusion = thread.exclusion { return exclusion.mark }
        let here = devices[thread.index] ?? []
        guard !here.isEmpty else { return "·" }
        // A long list would make every cell too wide: then the first device and how many more.
        let all = here.map(String.init).joined(separator: ",")
        return all.count <= 7 ? all : "\(here[0]),+\(here.count - 1)"
    }
}
