import Configuration
import Networks
import Testing
import Topology

/// Every setting at the ends of what a number can be: taken, or refused with a sentence, in flags and in files, without a trap.
@Suite(.timeLimit(.minutes(30))) struct ExtremeNumbersTests {
    static let values = [
        "0", "-1", "-0", "1", "+1", "9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551615",
        "18446744073709551616", "2305843009213693951", "1000000000000000", "1e308", "-1e308", "1e-308", "5e-324", "1e999", "nan",
        "NaN", ".nan", "inf", "-inf", ".inf", "", " 5", "5 ", "0x10", "010", "\u{661}", "1_000", "1,000", "0,01", "1e3", "1.5",
        String(repeating: "9", count: 400), "99999999999TiB", "1e308GiB", "0B", "-1GiB", ".GiB", "9223372036854775807B",
    ]

    private static let machine = Result { try Machine(synthetic: "package:1 core:4 pu:1") }

    /// What a value means to a run: the settings with all gaps filled, or the sentence that refuses it.
    private func outcome(_ given: () throws -> [GivenSetting]) -> Result<TrainingConfiguration, any Error> {
        Result {
            var configuration = TrainingConfiguration()
            try configuration.apply(try given())
            return try configuration.resolved(on: try Self.machine.get())
        }
    }

    /// Settings that only numbers can be given to: `x` is refused, and 1 or 0.5 is not.
    private static let numeric = TrainingConfiguration.settingNames.filter { name in
        func takes(_ value: String) -> Bool {
            var configuration = TrainingConfiguration()
            return (try? configuration.apply(flags: [(name, value)])) != nil
        }
        return !takes("x") && ["1", "0.5", "1GiB"].contains(where: takes)
    }

    @Test func numbersAreFound() {
        #expect(Self.numeric.count >= 20, "\(Self.numeric)")
        #expect(Self.numeric.contains("steps") && Self.numeric.contains("device-memory"))
    }

    @Test(arguments: TrainingConfiguration.settingNames)
    func aFlagIsTakenOrRefusedWithASentence(name: String) {
        for value in Self.values {
            guard case .failure(let error) = outcome({ try GivenSetting.flags([(name, value)]) }) else { continue }
            #expect("\(error)".count > 20, "--\(name) \(value): \(error)")
        }
    }

    @Test(arguments: TrainingConfiguration.settingNames)
    func aLineOfAFileIsTakenOrRefusedWithItsPlace(name: String) {
        for value in Self.values {
            for text in ["\(name): \(value)\n", "\(name): \"\(value)\"\n", "\(name): [\(value)]\n"] {
                // These are for optimizers that are not the default.
                let optimizer = ["beta2": "adam", "epsilon": "adam", "trust-coefficient": "lars"][name]
                let text = text + (optimizer.map { "optimizer: \($0)\n" } ?? "")
                guard case .failure(let error) = outcome({ try ConfigurationFile(path: "run.yaml", text: text).given }) else {
                    continue
                }
                #expect("\(error)".count > 20, "\(text): \(error)")
                if Self.numeric.contains(name), name != "milestones" {
                    #expect("\(error)".contains("line 1") || "\(error)".contains("run.yaml"), "\(text): \(error)")
                }
            }
        }
    }

    @Test(arguments: numeric)
    func whatIsNoNumberIsRefused(name: String) {
        for value in ["-1", "nan", "inf", "", "0x10", "\u{661}", "1_000", " 5x", "1e999", String(repeating: "9", count: 400)] {
            #expect(throws: ConfigurationError.self, "--\(name) \(value)") {
                var configuration = TrainingConfiguration()
                try configuration.apply(flags: [(name, value)])
            }
        }
    }

    @Test(arguments: ["steps", "epochs", "devices", "cores-per-device", "micro-batches", "classes", "input-size", "batch-size"])
    func aSizeSaysItsBounds(name: String) {
        guard case .failure(let error) = outcome({ try GivenSetting.flags([(name, "9223372036854775807")]) }) else {
            Issue.record("--\(name) takes anything")
            return
        }
        let words = "\(error)".split(separator: " ").map(String.init)
        guard let word = words.firstIndex(of: "most"), word + 1 < words.count else {
            Issue.record("no bound in \(error)")
            return
        }
        var configuration = TrainingConfiguration()
        #expect(throws: Never.self) { try configuration.apply(flags: [(name, words[word + 1])]) }
    }

    @Test func numbersThatAProgramSetsAreHeldToTheSame() throws {
        let machine = try Self.machine.get()
        let changes: [(inout TrainingConfiguration) -> Void] = [
            { ($0.devices, $0.coresPerDevice) = (.max, 2) }, { $0.coresPerDevice = 0 }, { $0.batchSize = .max },
            { $0.microBatches = -1 }, { $0.classes = .max }, { $0.inputSize = 0 },
            { $0.duration = .steps(.max) }, { $0.duration = .epochs(.min) },
            { $0.learningRate = .nan }, { $0.learningRate = 1e308 }, { $0.momentum = 0.999999999999 },
            { $0.weightDecay = .infinity },
            { $0.milestones = [.max] }, { $0.warmupSteps = .min }, { $0.evaluateEvery = -1 }, { $0.saveEvery = -1 },
            { $0.keep = 0 }, { $0.inputThreads = .max }, { $0.imageCache = .max },
        ]
        for (index, change) in changes.enumerated() {
            var configuration = TrainingConfiguration()
            change(&configuration)
            #expect(throws: ConfigurationError.self, "change \(index)") { try configuration.resolved(on: machine) }
        }
    }

    @Test(arguments: ["classes", "size", "train", "val", "seed"])
    func aDataSourcesNumberIsTakenOrRefused(key: String) {
        for value in Self.values {
            let given = { try GivenSetting.flags([("data", "synthetic:\(key)=\(value)")]) }
            if case .failure(let error) = outcome(given) { #expect("\(error)".contains("synthetic"), "\(error)") }
        }
        for value in ["-1", "18446744073709551616", "nan", "", "0x10", "1_000"] {
            let given = { try GivenSetting.flags([("data", "synthetic:\(key)=\(value)")]) }
            #expect(throws: (any Error).self, "\(key)=\(value)") { try outcome(given).get() }
        }
    }
}
