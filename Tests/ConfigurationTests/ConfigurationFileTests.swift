import Configuration
import Networks
import Parallelism
import Testing

@Suite struct ConfigurationFileTests {
    private func read(_ text: String) throws -> TrainingConfiguration {
        var configuration = TrainingConfiguration()
        try ConfigurationFile(path: "run.yaml", text: text).apply(to: &configuration)
        return configuration
    }

    private func message(_ text: String) -> String {
        do {
            _ = try read(text)
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test func readsEverySettingsForm() throws {
        let configuration = try read(
            """
            # a comment
            mode: hybrid
            devices: 4
            data: "synthetic:classes=8"
            epochs: 3
            learning-rate: 5e-3
            milestones: [1, 2]
            optimizer: alexnet
            initialization: he
            crop: false
            """)
        #expect(configuration.mode == .hybrid)
        #expect(configuration.devices == 4)
        #expect(configuration.data == "synthetic:classes=8")
        #expect(configuration.duration == .epochs(3))
        #expect(configuration.learningRate == 0.005)
        #expect(configuration.milestones == [1, 2])
        #expect(configuration.optimizer == .alexnet)
        #expect(configuration.initialization == .he)
        #expect(configuration.crop == false)
        #expect(configuration.mirror == nil)
    }

    /// A checkpoint has its settings in such a file, too.
    @Test func anEarlierNameIsTheSameSetting() throws {
        #expect(try read("picture-cache: 7").imageCache == 7)
        #expect(try read("shards: 7").microBatches == 7)
        #expect(
            message("image-cache: 7\npicture-cache: 8").contains(
                "run.yaml, line 2: picture-cache and image-cache are one setting"))
        #expect(TrainingConfiguration().yaml.contains("image-cache:"))
    }

    @Test(arguments: [
        ("mode: data\nmilestones: [*a, *a]", "run.yaml, line 2: what the star begins"),
        ("mode: data\nmode: model", "run.yaml, line 2: mode stands there more than once"),
        (String(repeating: "# nothing\n", count: 2000), "run.yaml, byte 8192: a file of settings ends before there"),
        ("mode: data\n---\nmode: model", "run.yaml, line 2: this is no YAML"),
        ("mode: \u{1}", "run.yaml, byte"),
    ]) func whatNoSettingNeedsIsRefused(text: String, says: String) {
        let error = #expect(throws: ConfigurationError.self) { try ConfigurationFile(path: "run.yaml", bytes: Array(text.utf8)) }
        #expect(error?.description.contains(says) == true, "\(error?.description ?? "")")
    }

    @Test func aStarThatIsNoAliasIsTaken() throws {
        let text = "# batch * 2, a*b\ndata: /a/*.d\n"
        var configuration = TrainingConfiguration()
        try ConfigurationFile(path: "run.yaml", bytes: Array(text.utf8)).apply(to: &configuration)
        #expect(configuration.data == "/a/*.d")
    }

    @Test func flagHoldsOverFileOverDefault() throws {
        var configuration = try read("batch-size: 32\nmomentum: 0.5\nepochs: 7\n")
        try configuration.apply(flags: [("batch-size", "16"), ("steps", "9")])
        #expect(configuration.batchSize == 16)
        #expect(configuration.momentum == 0.5)
        #expect(configuration.weightDecay == 5e-4)
        // Steps typed on the command line take the place of the file's epochs.
        #expect(configuration.duration == .steps(9))
    }

    @Test func anUnknownKeyIsNamedWithItsLineAndTheNearestKey() {
        let text = message("mode: data\nbatch_size: 32\n")
        #expect(text.contains("run.yaml, line 2"))
        #expect(text.contains("batch_size"))
        #expect(text.contains("did you mean batch-size?"))
        #expect(!message("quux: 1").contains("did you mean"))
    }

    @Test(arguments: [
        ("mode: data\nepochs: many", "run.yaml, line 2: epochs: many is not possible; give a whole number of at least 1"),
        ("devices: 0", "run.yaml, line 1: devices: 0 is not possible"),
        ("crop: 3", "run.yaml, line 1: crop: 3 is not possible; give true or false"),
        ("mode: parallel", "give single, data, model or hybrid"),
        ("momentum: 1", "give a number from 0 to below 1"),
        ("learning-rate: -1", "give a number above 0"),
        ("milestones: [3, 2]", "epochs in ascending order"),
        ("seed:\n  a: 1", "run.yaml, line 1: seed: a nested value is not possible"),
        ("- mode", "run.yaml, line 1: this is no list of settings"),
        ("mode: [", "run.yaml, line "),
        ("epochs: 1\nsteps: 1", "run.yaml, line 2: steps: epochs and steps are both given"),
    ])
    func aBadValueIsNamedWithItsLineAndWhatIsExpected(text: String, expected: String) {
        #expect(message(text).contains(expected), "\(message(text))")
    }

    @Test func aMissingFileIsNamed() {
        #expect(throws: ConfigurationError.self) { try ConfigurationFile(path: "/nowhere/run.yaml") }
    }

    @Test func anEmptyFileChangesNothing() throws {
        #expect(try read("") == TrainingConfiguration())
        #expect(try read("# nothing\n") == TrainingConfiguration())
    }
}
