import Networks
import Parallelism
import TextLayout
import Training

/// A network on its devices as a table, with what could not be divided.
struct SummaryText {
    private let network: PlacedNetwork

    init(_ network: PlacedNetwork) {
        self.network = network
    }

    /// - Parameter width: columns that a line may have, or nil.
    func lines(width: Int?) -> String {
        let hasPlacement = network.training.mesh.workerCount > 1
        let table = network.summary.table(width: width, placement: hasPlacement ? { network.placement(ofLayer: $0) } : nil)
        let undivided = network.training.undividedLayers
        guard !undivided.isEmpty else { return table.trimmingLastNewline }
        return table.trimmingLastNewline + "\nnot divided among all devices, since their channels do not allow it: "
            + undivided.joined(separator: ", ")
    }
}
