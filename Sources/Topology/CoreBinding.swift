/// Where a thread was asked to run, and where the system says it runs.
public struct CoreBinding: Sendable, Equatable {
    /// The hardware thread asked for, by the system's number.
    public let requested: Int
    /// The hardware threads the system lets it run on, read back; empty where the system does not tell.
    public let allowed: [Int]
    /// The hardware thread it last ran on, read back.
    public let location: Int?
    /// The NUMA nodes its memory comes from, read back; empty where the system does not tell.
    public let memoryNodes: [Int]
    /// What the system refused.
    public let warnings: [String]

    package init(requested: Int, allowed: [Int], location: Int?, memoryNodes: [Int], warnings: [String]) {
        self.requested = requested
        self.allowed = allowed
        self.location = location
        self.memoryNodes = memoryNodes
        self.warnings = warnings
    }

    /// Whether the thread can run nowhere but where it was asked to.
    public var isPinned: Bool { allowed == [requested] }
}

extension CoreBinding: CustomStringConvertible {
    public var description: String {
        let memory = memoryNodes.isEmpty ? "" : ", memory on node \(memoryNodes.ranges)"
        guard !isPinned else { return "cpu \(requested): pinned\(memory)" }
        let place = allowed.isEmpty ? "" : ", may run on \(allowed.ranges)"
        return "cpu \(requested): not pinned\(place)\(location.map { ", now on \($0)" } ?? "")\(memory)"
    }
}
