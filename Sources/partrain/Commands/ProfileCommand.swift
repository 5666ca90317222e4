public import ArgumentParser
import Configuration
import JSONText
public import Profiling
import Topology
import Training

/// `partrain profile`: where the time of a step goes.
struct ProfileCommand: AsyncParsableCommand, SettingFlags {
    static let configuration = CommandConfiguration(
        commandName: "profile",
        abstract: "Say where every millisecond of a training step goes, against what the machine can do.",
        discussion:
            "First the machine's own limits are measured: multiply-adds in registers, and streams through memory. Then some steps are "
            + "taken, by default on one made-up batch in memory. Run it on a machine that does nothing else.")

    @OptionGroup(title: "What and where it runs") var placement: PlacementFlags
    @OptionGroup(title: "How it computes") var computing: KernelFlags
    @OptionGroup(title: "How it normalises") var statistics: StatisticsFlags

    @Option(
        setting: "data", help: ArgumentHelp("Take batches from here, as `partrain train --data` does.", valueName: "source"))
    var data: String?

    @Flag(setting: "skip-unreadable", help: "Leave out images that cannot be read, as `partrain train --skip-unreadable` does.")
    var skipUnreadable = false

    @Option(
        help: ArgumentHelp("Steps that are measured.", valueName: "n"), transform: WholeNumber.reader(.profiledSteps))
    var steps = 5

    @Option(help: ArgumentHelp("Steps before them.", valueName: "n"), transform: WholeNumber.reader(.profiledWarmUp))
    var warmUp = 2

    @Option(help: "What gets a line: operation, layer or kind.")
    var by = StepProfile.Grouping.operation

    @Option(help: ArgumentHelp("Write the steps as a timeline for Perfetto or chrome://tracing.", valueName: "file"))
    var trace: String?

    @Flag(help: "Also time every kernel alone, and compare the step with the sum.")
    var alone = false

    @Flag(setting: "json", help: "Print one JSON object.")
    var json = false

    /// Enough for a median that one interruption does not move.
    private static let repetitionsAlone = 5

    func run() async throws {
        var settings = TrainingConfiguration()
        try settings.apply(flags: placement.given + computing.given + statistics.given + given)
        let profiler = try Profiler(
            settings, on: Machine.discover(),
            options: Profiler.Options(
                steps: steps, warmUp: warmUp, repetitionsAlone: alone ? Self.repetitionsAlone : 0, usesData: data != nil))
        var file: OutputFile?
        if let trace { file = try OutputFile(path: trace) }
        WarningStream().warn(try profiler.corePlacement().warnings)
        let profile = try await profiler.run()
        try file?.write("\(StepTrace(of: profile).json)\n")
        let output = TextStream.output
        if json {
            try output.write("\(profile.json(by: by))\n")
        } else {
            try output.show(ProfileText(profile, by: by, width: output.columns).description, hanging: LabelledLines.indent)
            if let trace {
                try output.show("\ntimeline    \(trace), for ui.perfetto.dev or chrome://tracing", hanging: LabelledLines.indent)
            }
        }
    }
}

extension StepProfile.Grouping: ExpressibleByArgument {}
