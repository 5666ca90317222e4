extension Machine {
    /// This machine without the hardware threads that `isExcluded` names by the system's number.
    package func excluding(as reason: Exclusion, _ isExcluded: (Int) -> Bool) -> Machine {
        var machine = self
        for core in cores.indices {
            for thread in cores[core].threads.indices where cores[core].threads[thread].exclusion == nil {
                if isExcluded(cores[core].threads[thread].index) {
                    machine.cores[core].threads[thread].exclusion = reason
                }
            }
        }
        return machine
    }

    /// This machine capped by a quota of `cpus` seconds of CPU time for each second.
    ///
    /// A quota of 1.5 leaves two hardware threads: two threads that each work three quarters of the time do all that is
    /// paid for, where one would let a third of it lapse. A quota says nothing about *which* threads, so the first ones in
    /// the machine's order stay (they share caches, and a small quota does not fill their memory bandwidth), and second
    /// hardware threads go before any core does.
    package func limited(toQuota cpus: Double?) -> Machine {
        guard let cpus else { return self }
        var machine = self
        machine.quota = cpus
        guard cpus < Double(usableThreadCount) else { return machine }
        var left = max(1, Int(cpus.rounded(.up)))
        let deepest = cores.map(\.usableThreads.count).max() ?? 0
        var kept: Set<Int> = []
        for rank in 0..<deepest {
            for core in cores where core.usableThreads.count > rank && left > 0 {
                kept.insert(core.usableThreads[rank].index)
                left -= 1
            }
        }
        return machine.excluding(as: .quota) { !kept.contains($0) }
    }
}
