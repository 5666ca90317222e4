public import Configuration
public import KernelChoices

extension TrainingConfiguration {
    /// How a session of these settings chooses its kernels: as `saved` has them, as they were found before on this machine, and
    /// what neither tells as the settings say.
    public func kernelSelection(cache: KernelCache, saved: KernelTable = KernelTable()) -> KernelSelection {
        let measures = kernels == .measured
        return KernelSelection(known: saved, remembered: measures ? cache.remembered : [:], measures: measures)
    }
}
