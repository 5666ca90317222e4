import ArgumentParser
import Configuration
import Topology
import Training

/// `partrain train`, or just `partrain`.
struct TrainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train", abstract: "Train a network. This is what partrain does if not told otherwise.",
        discussion:
            """
            A flag holds over the file of --config, the file over the default. What the run keeps lies in its folder: its settings \
            (configuration.yaml, which --config reads), metrics, log and checkpoints. SIGINT and SIGTERM finish the step, save \
            and end; --resume goes on from there, or from the last checkpoint after a crash, to the same weights.
            """)

    @Option(help: ArgumentHelp("Settings in YAML, under the names of the flags.", valueName: "path"))
    var config: String?

    @Flag(help: "Print the settings that hold, as YAML that --config reads, and end.")
    var printConfig = false

    @OptionGroup(title: "Where it runs") var placement: PlacementFlags
    @OptionGroup(title: "What it may take") var memory: MemoryFlags
    @OptionGroup(title: "How it computes") var computing: KernelFlags
    @OptionGroup(title: "What and how it learns") var learning: LearningFlags
    @OptionGroup(title: "What it keeps, and begins with") var keeping: RunFlags

    mutating func run() async throws {
        let flags = placement.given + memory.given + computing.given + learning.given + keeping.given
        let given = try (config.map { try ConfigurationFile(path: $0).given } ?? []) + GivenSetting.flags(flags)
        if printConfig {
            try TextStream.output.write(PreparedRun.configuration(given: given, on: Machine.discover()).yaml)
            return
        }
        StopSignals.listen()
        let files = try TestFault.files()
        let run = try PreparedRun(given: given, on: Machine.discover(), files: files)
        let console = try RunConsole(run)
        defer { console.end() }
        do {
            var trainer = Trainer(run, stop: StopSignals.stop) { error in
                // The thread that would end the program is the one that stands still.
                Failure(error).exit()
            }
            trainer.stall = try TestFault.stall()
            try await trainer.run { try console.report($0) }
        } catch {
            throw console.ending(error)
        }
        try console.finish()
    }
}
