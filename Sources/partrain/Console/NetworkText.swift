import Networks
import Parallelism
import Tensors
import Training

/// A network in three lines, where its table would fill the screen.
struct NetworkText {
    private let network: PlacedNetwork
    private let classCount: Int

    init(_ network: PlacedNetwork, classCount: Int) {
        self.network = network
        self.classCount = classCount
    }

    /// What it is, what it costs, and how it is divided, with the command that tells more.
    func rows(model: String) -> [(name: String, text: String)] {
        let summary = network.summary
        return [
            (
                "network",
                "\(model), \(Wording.grouped(classCount)) classes · \(Wording.grouped(summary.parameterCount)) parameters"
            ),
            (
                "",
                "input \(network.network.inputShape) · \(Wording.count(summary.rows.count, "layer")) · "
                    + "\(Wording.work(summary.stepOperations)) a step"
            ),
            ("", placement + " · see `partrain summary`"),
        ]
    }

    /// `channels ÷ 2 in 11 layers, groups ÷ 2 in 5`: the two that most layers have.
    private var placement: String {
        guard network.training.mesh.workerCount > 1 else { return "all on one core" }
        var counts: [(placement: String, count: Int)] = []
        for row in network.summary.rows {
            let placement = network.placement(ofLayer: row.layer)
            if let known = counts.firstIndex(where: { $0.placement == placement }) {
                counts[known].count += 1
            } else {
                counts.append((placement, 1))
            }
        }
        return counts.sorted { $0.count > $1.count }.prefix(2).enumerated()
            .map {
                "\($0.element.placement) in \($0.offset == 0 ? Wording.count($0.element.count, "layer") : "\($0.element.count)")"
            }
            .joined(separator: ", ")
    }
}
