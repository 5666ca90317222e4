import Configuration
import Parallelism
import Testing
import Topology

/// Which settings a run may go on with.
@Suite struct ResumptionTests {
    private func resumed(_ given: [(name: String, value: String)]) throws -> TrainingConfiguration {
        let saved = try TrainingConfiguration().resolved(on: Machine(synthetic: "package:1 core:4 pu:1"))
        return try TrainingConfiguration(resuming: saved, from: "step-7", given: GivenSetting.flags(given))
    }

    @Test(arguments: [
        ("seed", "4", "0"), ("batch-size", "16", "32"), ("model", "lenet5", "alexnet-small"), ("learning-rate", "0.1", "0.025"),
        ("mirror", "false", "true"), ("resize", "80", "76"), ("random-resized-crop", "true", "false"),
        ("init-from", "x", "nothing"),
        ("optimizer", "alexnet", "common"), ("coarse-labels", "true", "false"), ("pad-crop", "4", "0"),
        ("pad-mode", "reflect", "zeros"), ("flip", "alternating", "random"), ("cutout", "8", "0"),
    ])
    func whatIsLearntStays(name: String, value: String, before: String) throws {
        #expect { try resumed([(name, value)]) } throws: { error in
            let text = "\(error)"
            return text.contains("--\(name) \(value)") && text.contains(before) && text.contains("step-7")
                && text.contains("--init-from")
        }
    }

    @Test(arguments: [("seed", "0"), ("batch-size", "32"), ("learning-rate", "0.025"), ("data", "synthetic")])
    func theSameValueIsNoDifference(name: String, value: String) throws {
        #expect(throws: Never.self) { try resumed([(name, value)]) }
    }

    @Test(arguments: [
        ("mode", "model"), ("devices", "2"), ("cores-per-device", "2"), ("micro-batches", "8"), ("epochs", "99"), ("steps", "9"),
        ("input-threads", "3"), ("image-cache", "1"), ("json", "true"), ("evaluate-every", "5"), ("save-every", "3"),
        ("keep", "9"), ("data", "elsewhere"), ("skip-unreadable", "true"), ("allow-changed-data", "true"), ("run", "other"),
        ("runs", "elsewhere"), ("run-folder", "false"),
    ])
    func howItIsDoneMayChange(name: String, value: String) throws {
        #expect(throws: Never.self) { try resumed([(name, value)]) }
    }

    @Test func devicesFollowAModeThatIsGiven() throws {
        #expect(try resumed([]).devices == 4)
        #expect(try resumed([("mode", "model")]).devices == nil)
        #expect(try resumed([("mode", "model"), ("devices", "3")]).devices == 3)
        #expect(try resumed([("mode", "model")]).microBatches == 4)
    }

    @Test func whatBelongsToOneCallIsNotFedBack() throws {
        var configuration = TrainingConfiguration()
        try configuration.apply(flags: [
            ("run", "a"), ("runs", "b"), ("resume", "auto"), ("run-folder", "false"), ("allow-changed-data", "true"),
        ])
        #expect(!["run", "resume"].contains { configuration.yaml.contains($0 + ":") || configuration.yaml.contains($0 + "s:") })
        #expect(configuration.yaml == TrainingConfiguration().yaml)
    }
}
