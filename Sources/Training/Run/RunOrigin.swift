import KernelChoices

/// How a run begins.
public enum RunOrigin: Sendable {
    /// With weights that follow from the seed.
    case seed
    /// With weights of another run or program.
    case weights(InitialWeights)
    /// In the midst of it, as a checkpoint has it.
    case saved(SavedRun)

    /// The kernels that it was computed with so far.
    var kernels: KernelTable {
        if case .saved(let run) = self { run.kernels } else { KernelTable() }
    }

    /// Where a run of this origin is when it begins.
    var state: RunState {
        if case .saved(let run) = self { run.state } else { RunState() }
    }
}
