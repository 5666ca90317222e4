import Testing
import Topology

@Suite("The CPU quota of the process's control groups")
struct CPUQuotaTests {
    @Test(
        "cpu.max",
        arguments: [
            ("150000 100000\n", 1.5), ("max 100000\n", nil), ("max", nil), ("50000", 0.5), ("", nil), ("-1 100000", nil),
            ("1 0", nil),
            ("words instead", nil), (nil, nil), ("inf 100000", nil), ("200000 50000", 4),
        ] as [(String?, Double?)])
    func unified(text: String?, cpus: Double?) {
        #expect(CPUQuota.unified(text) == cpus)
    }

    @Test("cpu.cfs_quota_us", arguments: [("-1", nil), ("250000", 2.5), ("0", nil), ("", nil)] as [(String, Double?)])
    func legacy(quota: String, cpus: Double?) {
        #expect(CPUQuota.legacy(quota: quota + "\n", period: "100000\n") == cpus)
    }

    private static let unifiedMount = "29 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate\n"

    @Test("The smallest quota of the group and its ancestors holds")
    func ancestors() {
        let files = [
            "/sys/fs/cgroup/user/job/cpu.max": "800000 100000", "/sys/fs/cgroup/user/cpu.max": "300000 100000",
            "/sys/fs/cgroup/cpu.max": "max 100000",
        ]
        #expect(CPUQuota(membership: "0::/user/job\n", mounts: Self.unifiedMount).cpus { files[$0] } == 3)
    }

    @Test("No quota anywhere, or no control groups, is no limit")
    func unlimited() {
        #expect(CPUQuota(membership: "0::/\n", mounts: Self.unifiedMount).cpus { _ in nil } == nil)
        #expect(CPUQuota(membership: "", mounts: "").cpus { _ in "100000 100000" } == nil)
        #expect(CPUQuota(membership: "not a line", mounts: "nor this - one").cpus { _ in "100000 100000" } == nil)
    }

    @Test("A container that mounts its own group as the root finds its files there")
    func container() {
        let mount = "40 30 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw\n"
        let files = ["/sys/fs/cgroup/cpu.max": "200000 100000"]
        #expect(CPUQuota(membership: "0::/docker/abc\n", mounts: mount).cpus { files[$0] } == 2)
        #expect(CPUQuota(membership: "0::/../other\n", mounts: Self.unifiedMount).cpus { files[$0] } == 2)
    }

    @Test("Version 1 is found by its controller, with blanks in its mount point")
    func versionOne() {
        let mounts = """
            31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755
            33 31 0:30 / /sys/fs/cgroup/cpuacct rw - cgroup cgroup rw,cpuacct
            32 31 0:29 / /mnt/my\\040groups/cpu rw,relatime - cgroup cgroup rw,cpu
            """
        let files = [
            "/mnt/my groups/cpu/job/cpu.cfs_quota_us": "50000\n", "/mnt/my groups/cpu/job/cpu.cfs_period_us": "100000\n",
            "/mnt/my groups/cpu/cpu.cfs_quota_us": "-1\n", "/mnt/my groups/cpu/cpu.cfs_period_us": "100000\n",
        ]
        #expect(CPUQuota(membership: "2:cpuacct:/\n1:cpu:/job\n0::/\n", mounts: mounts).cpus { files[$0] } == 0.5)
    }
}
