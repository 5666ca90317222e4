import ArgumentParser
import Topology
import Training

/// `partrain train`, or just `partrain`.
struct TrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train a network. This is what partrain does if not told otherwise.",
        discussion: "A flag holds over the file of --config, the file over the default.")

    @Option(help: ArgumentHelp("Settings in YAML, under the names of the flags.", valueName: "path"))
    var config: String?

    @Flag(help: "Print the settings that hold, as YAML that --config reads, and end.")
    var printConfig = false

    @OptionGroup(title: "Where it runs") var placement: PlacementFlags
    @OptionGroup(title: "What and how it learns") var learning: SettingFlags

    mutating func run() async throws {
        var settings = TrainingConfiguration()
        if let config { try ConfigurationFile(path: config).apply(to: &settings) }
        try settings.apply(flags: placement.given + learning.given)
        let machine = try Machine.discover()
        if printConfig {
            print(try settings.resolved(on: machine).yaml, terminator: "")
            return
        }
        let preparation = try TrainingPreparation(settings, on: machine)
        let reporter: any Reporter = preparation.configuration.json ? JSONReporter() : TextReporter()
        defer { reporter.end() }
        try await Trainer(preparation).run { try reporter.report($0) }
    }
}
