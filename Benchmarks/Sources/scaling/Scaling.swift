import ArgumentParser
import FoundationEssentials
import Glibc
import KernelChoices
import Measurement
import ModelZoo
import Parallelism
import Topology

/// Answers: how does training scale?
@main
struct Scaling: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "scaling",
        abstract: "Measure how training scales over devices, and say whether a network should be split.",
        discussion: """
            Every number of devices is held against one device on one core, one device on all cores, and as many copies of the \
            network that exchange nothing and train at the same time on the same cores. All take turns, round after round; \
            ratios are taken within a round. Leave the machine alone meanwhile.
            """)

    @Option(help: "The network: \(ModelZoo.names.joined(separator: ", ")).") var model = "alexnet"
    @Option(help: "The examples of one device in a step.") var batchSize = 64
    @Option(help: "Which modes, by commas: data, model, hybrid.") var modes = Listed<Mode>([.data, .model])
    @Option(help: "How many devices, by commas; by default 1, 2, 4 … up to twice the usable cores.") var devices: Listed<Int>?
    @Option(help: "weak (a device's batch stays), strong (the global batch stays) or both.") var scaling = Kinds.both
    @Option(help: "How kernels are chosen where there are several: measured or standard.") var kernels = Kernels.measured
    @Option(help: "Rounds.") var repeats = 5
    @Option(help: "Steps on the clock in each turn.") var steps = 5
    @Option(help: "Steps before the clock starts.") var warmUp = 2
    @Option(help: "A folder for scaling-MODEL.json and scaling-MODEL.svg.") var output = "runs/scaling"

    enum Kernels: String, ExpressibleByArgument, CaseIterable {
        case measured, standard
    }

    enum Kinds: String, ExpressibleByArgument, CaseIterable {
        case weak, strong, both

        var growths: [Study.Growth] { Study.Growth(rawValue: rawValue).map { [$0] } ?? Study.Growth.allCases }
    }

    /// The modes that can have several devices.
    enum Mode: String, ExpressibleByArgument, CaseIterable {
        case data, model, hybrid

        var mode: ParallelMode {
            switch self {
            case .data: .data
            case .model: .model
            case .hybrid: .hybrid
            }
        }
    }

    func validate() throws {
        for (name, value) in [("--batch-size", batchSize), ("--repeats", repeats), ("--steps", steps)] where value < 1 {
            throw ValidationError("\(name) must be at least 1, not \(value)")
        }
        guard warmUp >= 0 else { throw ValidationError("--warm-up must not be negative") }
        if let devices, !devices.values.contains(where: { $0 > 1 }) || devices.values.contains(where: { $0 < 1 }) {
            throw ValidationError("--devices needs numbers of at least 1, one of them above 1, such as 1,2,4")
        }
    }

    func run() async throws {
        let network = try ModelZoo.network(named: model)
        let machine = try Machine.discover()
        let cores = machine.usableCoreCount
        let study = Study(
            batchSize: batchSize, modes: modes.values.map(\.mode), devices: devices?.values ?? Self.doublings(upTo: 2 * cores),
            growths: scaling.growths, cores: cores, kernels: KernelSelection(measures: kernels == .measured))
        let contestants = study.contestants
        let stopwatch = try Stopwatch(
            network, on: machine, warmUp: warmUp, steps: steps, largestBatch: contestants.map(\.batchSize).max() ?? batchSize)
        var rounds = Rounds()
        await rounds.measure(contestants, count: repeats, with: stopwatch) { Self.note($0) }
        guard let findings = Findings(study, rounds, model: model, repeats: repeats, stepsPerTurn: steps) else {
            for (who, reason) in rounds.refusals { Self.note("\(who): \(reason)") }
            throw ExitCode.failure
        }
        print(findings.table, terminator: "\n\n")
        print(
            "Medians of \(repeats) rounds, the least and the most in brackets. Efficiency is the speed-up for each core at work.\n"
        )
        for line in findings.conclusions { print(line) }
        for line in findings.refused { print("Not measured: \(line)") }
        try save(findings)
    }

    private func save(_ findings: Findings) throws {
        let folder = URL(fileURLWithPath: output, isDirectory: true)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        let json = folder.appendingPathComponent("scaling-\(model).json")
        try encoder.encode(findings).write(to: json)
        let svg = folder.appendingPathComponent("scaling-\(model).svg")
        try Data(findings.plot.description.utf8).write(to: svg)
        print("\nWritten: \(json.path), \(svg.path)")
    }

    /// Progress goes beside the results, which may be piped on.
    private static func note(_ words: String) {
        let line = Array((words + "\n").utf8)
        _ = write(STDERR_FILENO, line, line.count)
    }

    private static func doublings(upTo most: Int) -> [Int] {
        Array(sequence(first: 1) { $0 * 2 <= max(2, most) ? $0 * 2 : nil })
    }
}
