import Devices
import Topology

/// What the system tells of a thread of this process that should have nothing to do.
struct IdleThread: Sendable {
    /// The system's number of the thread.
    private let id: Substring

    /// The thread that asks.
    static func current() -> IdleThread {
        IdleThread(id: (SystemText.contents("/proc/thread-self/stat") ?? "").prefix { $0 != " " })
    }

    /// Whether the thread comes to rest, and stays so: blocked, given no processor and not even waking for a look for 20 ms.
    ///
    /// Waits for that for as long as a busy machine may need; a thread that spins, yields or polls never does it.
    func isAsleep() async -> Bool {
        let deadline = monotonicNanoseconds() + 5_000_000_000
        while monotonicNanoseconds() < deadline {
            let before = look()
            try? await Task.sleep(nanoseconds: 20_000_000)
            if before.isBlocked, look() == before { return true }
        }
        return false
    }

    private struct Look: Equatable {
        let isBlocked: Bool
        /// How often it has given the processor up, and how often it was taken away, `proc_pid_status(5)`.
        let switches: [Substring]
    }

    private func look() -> Look {
        let lines = (SystemText.contents("/proc/self/task/\(id)/status") ?? "").split(separator: "\n")
        return Look(
            isBlocked: lines.contains { $0.hasPrefix("State:\tS") }, switches: lines.filter { $0.contains("ctxt_switches") })
    }
}
