import ArgumentParser
import Configuration
import JSONText
import Topology
import Training

/// `partrain plan-memory`: what memory a run would take.
struct PlanMemoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan-memory",
        abstract: "Print what memory a run would have at its fullest, by device and kind, and whether that fits.",
        discussion:
            """
            Takes the flags of `partrain train`, which refuses a run that does not fit. Nothing is made but the plans. Where `train` \
            would measure kernels first, those that take more are planned with.
            """)

    @Option(help: ArgumentHelp("Settings in YAML, under the names of the flags.", valueName: "path"))
    var config: String?

    @OptionGroup(title: "Where it runs") var placement: PlacementFlags
    @OptionGroup(title: "What it may take") var memory: MemoryFlags
    @OptionGroup(title: "How it computes") var computing: KernelFlags
    @OptionGroup(title: "What and how it learns") var learning: LearningFlags
    @OptionGroup(title: "What it keeps, and begins with") var keeping: RunFlags

    func run() throws {
        let flags = placement.given + memory.given + computing.given + learning.given + keeping.given
        let given = try (config.map { try ConfigurationFile(path: $0).given } ?? []) + GivenSetting.flags(flags)
        let (preparation, plan, refusal) = try PreparedRun.memory(given: given, on: Machine.discover())
        let output = TextStream.output
        if preparation.configuration.json {
            try output.write("\(plan.json(refusal))\n")
        } else {
            try output.show(MemoryText(preparation.configuration, plan, refusal).lines(width: output.columns))
        }
    }
}
