import ArgumentParser
import Configuration
import Topology

/// `partrain topology`: the machine, and which device would sit where.
struct TopologyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "topology", abstract: "Draw the machine, what of it can be used, and which device sits where.")

    @OptionGroup var placement: PlacementFlags

    func run() throws {
        let machine = try Machine.discover()
        var settings = TrainingConfiguration()
        try settings.apply(flags: placement.given)
        let resolved = try settings.resolved(on: machine)
        let placement = try CoreReservation.look(
            on: machine, devices: resolved.devices ?? 1, coresPerDevice: resolved.coresPerDevice)
        let output = TextStream.output
        let width = min(output.columns ?? MachineDrawing.width, MachineDrawing.width)
        try output.show("\(MachineDrawing(machine, placement, width: width))")
        WarningStream().warn(placement.warnings)
    }
}
