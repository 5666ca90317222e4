public import Execution

extension TrainingConfiguration {
    /// How a session of these settings chooses its kernels: as `saved` has them, as they were found before on this machine, and
    /// what neither tells as the settings say.
    public func kernelSelection(cache: KernelCache, saved: KernelTable = KernelTable()) -> KernelSelection {
        var selection = KernelSelection(measures: kernels == .measured)
        if selection.measures { selection.known = cache.table() }
        selection.known.entries.merge(saved.entries) { _, saved in saved }
        return selection
    }
}
