import ArgumentParser
import Configuration
import Topology
import Training

/// `partrain summary`: a network, layer by layer.
struct SummaryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "summary", abstract: "Print a network layer by layer: shapes, parameters, work, memory, placement.")

    @OptionGroup var placement: PlacementFlags

    func run() throws {
        var settings = TrainingConfiguration()
        try settings.apply(flags: placement.given)
        let output = TextStream.output
        try output.show(
            SummaryText(try PlacedNetwork(settings.resolved(on: Machine.discover()))).lines(width: output.columns))
    }
}
