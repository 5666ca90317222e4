import Parallelism

/// The programs of several workers, where those that read the same are printed once.
struct FoldedPrograms: CustomStringConvertible {
    private let groups: [(workers: [String], text: String)]

    /// - Parameter width: columns that a line may have, or nil.
    init(_ programs: [Program], width: Int? = nil) {
        let hasLanes = programs.contains { $0.lane > 0 }
        var groups: [(workers: [String], text: String)] = []
        for program in programs.sorted(by: { ($0.device, $0.lane) < ($1.device, $1.lane) }) {
            let text = program.table(width: width)
            let worker = "\(program.device)" + (hasLanes ? "/\(program.lane)" : "")
            if let same = groups.firstIndex(where: { $0.text == text }) {
                groups[same].workers.append(worker)
            } else {
                groups.append(([worker], text))
            }
        }
        self.groups = groups
        subject = hasLanes ? "device/lane" : "device"
    }

    private let subject: String

    var description: String {
        groups.map { group in
            let others = group.workers.dropFirst()
            let same = others.isEmpty ? "" : " (the same: \(others.joined(separator: ", ")))"
            return "\(subject) \(group.workers[0])\(same)\n\(group.text)"
        }.joined(separator: "\n")
    }
}
