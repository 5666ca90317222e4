/// Where the devices of a run go, once it is known what other processes have taken: a pure decision.
///
/// - Free hardware threads come first; those that are taken are shared only when there are too few free ones.
/// - Where a quota of time pays for fewer CPUs than the process may run on, nothing is pinned: such a process shares the
///   machine with others that it cannot see, who would all sit on the same first cores. The system then moves the threads.
///
/// How many devices and cores a run has never depends on it, and so no bit of its results.
public struct CorePlacement: Sendable, Equatable {
    public let assignment: CoreAssignment
    /// What others have taken of the usable hardware threads, ascending.
    public let taken: [CoreHolder]
    /// The hardware threads on which threads that are not pinned may run, ascending; nil where each has one of its own.
    public let roaming: [Int]?
    /// Why threads are not pinned, where they are not.
    public let notes: [String]
    /// What the run has to share with other processes, and what would mend it.
    public package(set) var warnings: [String]

    /// - Parameter holders: what other processes hold.
    /// Throws what `CoreAssignment` throws.
    package init(
        on machine: Machine, devices: Int, coresPerDevice: Int, holders: [CoreHolder]
    ) throws(TopologyError) {
        let threads = machine.cores.flatMap(\.threads)
        let reachable = threads.filter { $0.exclusion == nil || $0.exclusion == .quota }.map(\.index).sorted()
        taken = holders.filter { reachable.contains($0.thread) }.sorted { $0.thread < $1.thread }
        let occupied = Set(taken.map(\.thread))
        if machine.usableThreadCount < reachable.count {
            assignment = try CoreAssignment(on: machine, devices: devices, coresPerDevice: coresPerDevice)
            let free = reachable.filter { !occupied.contains($0) }
            let isRoomy = free.count >= assignment.threads.count
            roaming = isRoomy ? free : reachable
            // As many as the quota pays for: more would be too many again.
            let own = (isRoomy ? free : reachable).prefix(machine.usableThreadCount)
            notes = [
                "threads are not pinned: a quota of \(machine.quota.map(\.formatted) ?? "less") CPUs does not say on which;",
                "to have them pinned, give the run its own: `taskset -c \(Array(own).ranges)`, or a cpuset",
            ]
            warnings = isRoomy ? [] : taken.sentences.map { "\($0), and few others are free: both may be slower" }
        } else {
            assignment = try CoreAssignment(
                on: machine, devices: devices, coresPerDevice: coresPerDevice, taken: occupied)
            roaming = nil
            let shared = Set(assignment.threads).intersection(occupied)
            notes = []
            warnings = taken.filter { shared.contains($0.thread) }.sentences.map {
                "\($0), with which this run shares: both are slower; wait for its end, or ask for fewer devices"
            }
        }
    }
}
