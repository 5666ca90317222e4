/// A hardware thread that another process has reserved.
public struct CoreHolder: Sendable, Hashable {
    /// By the system's number.
    public let thread: Int
    /// Nil where the system does not tell.
    public let process: Int?

    package init(thread: Int, process: Int?) {
        self.thread = thread
        self.process = process
    }
}

extension [CoreHolder] {
    /// `cpu 0-1 is taken by process 1234`, one sentence for each process.
    package var sentences: [String] {
        Dictionary(grouping: self, by: \.process).sorted { ($0.value[0].thread) < ($1.value[0].thread) }.map { process, taken in
            let who = process.map { "process \($0)" } ?? "another process"
            return "cpu \(taken.map(\.thread).sorted().ranges) \(taken.count == 1 ? "is" : "are") taken by \(who)"
        }
    }
}
