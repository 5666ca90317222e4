import ArgumentParser
import Configuration
import Kernels
import Training

/// `partrain`: parses, calls, prints, and turns failures into exit statuses.
@main struct Partrain: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "partrain",
        abstract: "Trains convolutional networks in parallel on devices made of CPU cores.",
        discussion:
            """
            Without a subcommand it trains. Exit status: 0 done, 64 usage, 65 bad data, 66 missing input, 70 failure, 71 no memory, \
            74 cannot write, 75 in use by another process; 129, 130 and 143 stopped by SIGHUP (the terminal is gone), SIGINT and \
            SIGTERM, and saved. Where nobody reads what is printed any more, training stops and saves, and all else just ends, with 74. \
            Text fits the terminal that it is printed to, or as many columns as COLUMNS says; in a file or pipe nothing is left out.
            """,
        version: Release.version,
        subcommands: [
            TrainCommand.self, PredictCommand.self, EvaluateCommand.self, VerifyCommand.self, ProfileCommand.self,
            TopologyCommand.self,
            ProgramCommand.self, SummaryCommand.self, PlanMemoryCommand.self, ModelsCommand.self,
        ],
        defaultSubcommand: TrainCommand.self)

    static func main() async {
        StandardStreams.prepare()
        do {
            try InstructionLimit.check()
            var command = try parseAsRoot(NegativeNumbers.joined(ProcessArguments.texts))
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            Failure(error).exit()
        }
    }
}

/// The environment's `PARTRAIN_MAX_ISA`: the most instructions that kernels may use, as if the processor had no more.
enum InstructionLimit {
    static func check() throws(ConfigurationError) {
        guard let word = ComputePlatform.unknownLimit else { return }
        throw .contradiction(
            "PARTRAIN_MAX_ISA=\(word) names no set of instructions; give portable, avx2 or avx512 (which leaves out what came after "
                + "AVX-512's byte, word and doubleword extensions), or unset it")
    }
}
