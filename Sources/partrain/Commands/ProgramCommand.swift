import ArgumentParser
import Configuration
import Parallelism
import Topology
import Training

/// `partrain program`: what each device does in a step.
struct ProgramCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "program",
        abstract: "Print what each device does in a training step, with every exchange's messages and bytes.")

    @OptionGroup var placement: PlacementFlags
    @OptionGroup var statistics: StatisticsFlags

    @Option(help: ArgumentHelp("Only this device's program.", valueName: "n"))
    var device: Int?

    func run() throws {
        var settings = TrainingConfiguration()
        try settings.apply(flags: placement.given + statistics.given)
        let resolved = try settings.resolved(on: Machine.discover())
        let network = try PlacedNetwork(resolved)
        let programs = network.programs
        let count = resolved.devices ?? 1
        if let device, !(0..<count).contains(device) {
            throw ValidationError("--device \(device): there are devices 0 to \(count - 1); give one of them")
        }
        let wanted = programs.filter { device == nil || $0.device == device }
        let output = TextStream.output
        let schedule = ScheduleGrid(of: network.training)
        // Where it fits: there may be a thousand micro-steps.
        if device == nil, schedule.microStepCount > 1, output.columns.map({ schedule.width <= $0 }) ?? true {
            try output.show("\(schedule)\n")
        }
        try output.show("\(FoldedPrograms(wanted, width: output.columns))")
    }
}
