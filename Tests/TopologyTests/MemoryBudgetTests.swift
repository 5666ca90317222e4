import Testing
import Topology

@Suite("How much memory the process may have") struct MemoryBudgetTests {
    private static let gibibyte = 1 << 30
    private static let own = "Name:\tpartrain\nVmSize:\t  4194304 kB\nVmHWM:\t  2097152 kB\nVmRSS:\t  1048576 kB\n"
    private static let unified = "29 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"

    private func budget(_ files: [String: String], addressSpaceLimit: Int? = nil) -> MemoryBudget {
        MemoryBudget(addressSpaceLimit: addressSpaceLimit) { files[$0] }
    }

    @Test func theProcessTellsWhatItHas() {
        let memory = ProcessMemory(status: Self.own)
        #expect(memory.resident == Self.gibibyte)
        #expect(memory.peak == 2 * Self.gibibyte)
        #expect(memory.addressSpace == 4 * Self.gibibyte)
        #expect(ProcessMemory(status: "").resident == 0)
        let current = ProcessMemory.current
        #expect(current.resident > 0 && current.peak >= current.resident)
    }

    @Test("What the machine has left, and what this process has already")
    func machine() {
        let budget = budget([
            "/proc/self/status": Self.own, "/proc/meminfo": "MemTotal:  16777216 kB\nMemFree: 1 kB\nMemAvailable:  8388608 kB\n",
        ])
        #expect(budget.limits.count == 1)
        #expect(budget.tightest?.source == .machine)
        #expect(budget.tightest?.total == 16 * Self.gibibyte)
        #expect(budget.tightest?.available == 9 * Self.gibibyte)
    }

    @Test("The tightest of a group and its ancestors holds; others' memory is taken off, files' that can go are not")
    func ancestors() {
        let budget = budget([
            "/proc/self/status": Self.own, "/proc/self/cgroup": "0::/user/job\n", "/proc/self/mountinfo": Self.unified,
            "/sys/fs/cgroup/user/job/memory.max": "max\n", "/sys/fs/cgroup/user/memory.max": "\(8 * Self.gibibyte)\n",
            "/sys/fs/cgroup/user/memory.current": "\(5 * Self.gibibyte)\n",
            "/sys/fs/cgroup/user/memory.stat": "anon 1\ninactive_file \(2 * Self.gibibyte)\nactive_file 9\n",
        ])
        #expect(budget.limits.count == 1)
        #expect(budget.tightest?.source == .controlGroup("/sys/fs/cgroup/user"))
        // 5 GiB in use, of which 2 are files' and 1 is its own.
        #expect(budget.tightest?.available == 6 * Self.gibibyte)
    }

    @Test("Version 1 is found by its controller; its largest number is no limit")
    func versionOne() {
        let mounts = """
            33 31 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory
            32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu
            """
        let budget = budget([
            "/proc/self/status": Self.own, "/proc/self/cgroup": "4:memory:/docker/abc\n3:cpu:/\n", "/proc/self/mountinfo": mounts,
            "/sys/fs/cgroup/memory/docker/abc/memory.limit_in_bytes": "\(2 * Self.gibibyte)",
            "/sys/fs/cgroup/memory/docker/abc/memory.usage_in_bytes": "\(Self.gibibyte)",
            "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712",
        ])
        #expect(budget.limits.map(\.source) == [.controlGroup("/sys/fs/cgroup/memory/docker/abc")])
        #expect(budget.tightest?.available == 2 * Self.gibibyte)
    }

    @Test("Addresses without memory behind them count against a limit of addresses")
    func addresses() {
        let budget = budget(["/proc/self/status": Self.own], addressSpaceLimit: 10 * Self.gibibyte)
        #expect(budget.tightest?.source == .addressSpace)
        #expect(budget.tightest?.available == 7 * Self.gibibyte)
    }

    @Test("Nothing is known where nothing tells, or nonsense does")
    func unknown() {
        #expect(budget([:]).tightest == nil)
        let nonsense = budget([
            "/proc/self/cgroup": "0::/\n", "/proc/self/mountinfo": Self.unified, "/sys/fs/cgroup/memory.max": "-3 words",
            "/proc/meminfo": "MemTotal: much kB\n",
        ])
        #expect(nonsense.tightest == nil)
    }

    @Test func thisProcessHasALimit() {
        #expect((MemoryBudget.current.tightest?.available ?? 0) > 0)
    }
}
