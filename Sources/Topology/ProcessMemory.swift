/// What this process has in memory, bytes, as the kernel counts it (`proc_pid_status(5)`).
public struct ProcessMemory: Sendable, Hashable {
    /// In memory now, and the most that ever was.
    public let resident: Int
    public let peak: Int
    /// Addresses in use, whether there is memory behind them or not.
    public let addressSpace: Int

    /// Of this process; zeros where the system does not tell.
    public static var current: ProcessMemory { ProcessMemory(status: SystemText.contents("/proc/self/status") ?? "") }

    package init(status: String) {
        func number(_ name: String) -> Int { SystemText.number(named: name, in: status) ?? 0 }
        resident = number("VmRSS")
        peak = number("VmHWM")
        addressSpace = number("VmSize")
    }
}
