import Configuration
import Datasets
import Networks
import Parallelism
import Testing
import Topology

@Suite struct TrainingConfigurationTests {
    private func resolved(_ flags: [(name: String, value: String)]) throws -> TrainingConfiguration {
        var configuration = TrainingConfiguration()
        try configuration.apply(flags: flags)
        return try configuration.resolved(on: Machine(synthetic: "package:1 core:6 pu:1"))
    }

    @Test func everySettingSurvivesYAML() throws {
        let configuration = try resolved([
            ("mode", "hybrid"), ("devices", "3"), ("cores-per-device", "2"), ("micro-batches", "12"), ("kernels", "standard"),
            ("precision", "bf16"), ("model", "lenet5"),
            ("classes", "12"), ("input-size", "32"),
            ("data", "synthetic:classes=12,seed=4"), ("batch-size", "96"), ("steps", "77"), ("learning-rate", "0.003"),
            ("learning-rate-schedule", "step"), ("milestones", "4,9"), ("milestone-factor", "0.25"), ("warmup-steps", "11"),
            ("momentum", "0.8"), ("weight-decay", "1e-05"), ("optimizer", "adam"), ("beta2", "0.75"), ("epsilon", "1e-05"),
            ("clip-norm", "2.5"), ("ema-decay", "0.99"),
            ("decay-biases", "false"), ("label-smoothing", "0.1"), ("freeze", "conv1,fc3"), ("initialization", "he"),
            ("batch-norm", "frozen"),
            ("seed", "18446744073709551615"), ("resize", "300"), ("crop", "false"), ("random-resized-crop", "true"),
            ("mirror", "true"),
            ("flip", "alternating"), ("cutout", "8"), ("coarse-labels", "true"),
            ("colour", "true"),
            ("exif-orientation", "false"),
            ("input-threads", "3"), ("image-cache", "64"), ("evaluate-every", "2"), ("json", "true"),
        ])
        var read = TrainingConfiguration()
        try ConfigurationFile(path: "printed", text: configuration.yaml).apply(to: &read)
        #expect(read == configuration)
        #expect(read.yaml == configuration.yaml)
        let padded = try resolved([("pad-crop", "4"), ("pad-mode", "reflect")])
        var other = TrainingConfiguration()
        try ConfigurationFile(path: "printed", text: padded.yaml).apply(to: &other)
        #expect(other == padded && other.padCrop == 4 && other.padMode == .reflect)
    }

    /// Whatever a text has in it, a line of YAML has it, too.
    @Test(arguments: ["photos: of #2", "a b", "null", "Null", "über", "a-b1", "1a", "x # y", "true", "- a", "[a]"])
    func textsSurviveYAML(text: String) throws {
        var configuration = TrainingConfiguration()
        configuration.data = text
        var read = TrainingConfiguration()
        try ConfigurationFile(path: "printed", text: configuration.yaml).apply(to: &read)
        #expect(read.data == text)
    }

    @Test func aBoundIsSaidAsItIs() {
        let error = #expect(throws: ConfigurationError.self) { try resolved([("image-cache", "x")]) }
        #expect(error?.description.contains("a number of MiB from 0 to 1073741824") == true)
    }

    @Test func theDefaultsSurviveYAML() throws {
        let configuration = try resolved([])
        var read = TrainingConfiguration()
        try ConfigurationFile(path: "printed", text: configuration.yaml).apply(to: &read)
        #expect(read == configuration)
    }

    @Test(arguments: [("single", 1), ("data", 6), ("model", 2), ("hybrid", 2)])
    func devicesFollowTheMode(mode: String, devices: Int) throws {
        #expect(try resolved([("mode", mode)]).devices == devices)
    }

    @Test func coresOfADeviceCountInDataMode() throws {
        #expect(try resolved([("cores-per-device", "4")]).devices == 1)
        #expect(try resolved([("cores-per-device", "2")]).devices == 3)
    }

    @Test func imagesAreAugmentedUnlessToldOtherwise() throws {
        let usual = try resolved([])
        #expect(usual.augmentation == Augmentation(crop: false, mirror: true, colour: false))
        let none = try resolved([("crop", "false"), ("mirror", "false")])
        #expect(none.augmentation == .none)
        let small = try resolved([("pad-crop", "4"), ("pad-mode", "reflect"), ("flip", "alternating"), ("cutout", "8")])
        #expect(
            small.augmentation
                == Augmentation(
                    crop: false, mirror: true, colour: false, padCrop: 4, padMode: .reflect, flip: .alternating, cutout: 8))
    }

    /// What a network is trained with where nobody says otherwise: of AlexNet's, the first rate and the passes of 2012.
    @Test(arguments: [
        ("lenet5", 0.05, 0, 10), ("lenet5-1998", 0.001, 0, 10), ("alexnet", 0.01, 100, 90),
        ("alexnet-torchvision", 0.01, 100, 90),
        ("alexnet-small", 0.025, 100, 18), ("alexnet-simplified", 0.025, 100, 18),
    ]) func aNetworksRecipe(model: String, rate: Double, warmup: Int, epochs: Int) throws {
        let usual = try resolved([("model", model)])
        #expect(usual.learningRate == rate && usual.warmupSteps == warmup && usual.duration == .epochs(epochs))
        #expect(usual.schedule == .cosine && usual.optimizer == .common && usual.momentum == 0.9 && usual.weightDecay == 5e-4)
        let given = try resolved([("model", model), ("learning-rate", "0.3"), ("warmup-steps", "7"), ("steps", "9")])
        #expect(given.learningRate == 0.3 && given.warmupSteps == 7 && given.duration == .steps(9))
    }

    /// A network's own rate is for gradient descent.
    @Test func adamHasARateOfItsOwn() throws {
        #expect(try resolved([("optimizer", "adam")]).learningRate == 0.001)
        #expect(try resolved([("optimizer", "adamw"), ("learning-rate", "0.25")]).learningRate == 0.25)
        #expect(try resolved([("optimizer", "nesterov")]).learningRate == resolved([]).learningRate)
    }

    @Test func contradictionsAreRefused() {
        #expect(throws: ConfigurationError.self) { try resolved([("crop", "true"), ("random-resized-crop", "true")]) }
        #expect(throws: ConfigurationError.self) { try resolved([("crop", "true"), ("pad-crop", "4")]) }
        #expect(throws: ConfigurationError.self) { try resolved([("random-resized-crop", "true"), ("pad-crop", "4")]) }
        #expect(throws: Never.self) { try resolved([("crop", "true"), ("pad-crop", "0")]) }
        #expect(throws: ConfigurationError.self) { try resolved([("pad-mode", "reflect")]) }
        #expect(throws: ConfigurationError.self) { try resolved([("flip", "alternating"), ("mirror", "false")]) }
        #expect(throws: ConfigurationError.self) { try resolved([("epochs", "1"), ("steps", "1")]) }
        #expect(throws: ConfigurationError.self) { try resolved([("milestones", "3")]) }
        #expect(throws: ConfigurationError.self) { try resolved([("beta2", "0.9")]) }
        #expect(throws: ConfigurationError.self) { try resolved([("epsilon", "0.1"), ("optimizer", "nesterov")]) }
        #expect(throws: ConfigurationError.self) { try resolved([("decay-biases", "true"), ("optimizer", "alexnet")]) }
        #expect(throws: ConfigurationError.self) { try resolved([("decay-biases", "true"), ("optimizer", "lars")]) }
        #expect(throws: ConfigurationError.self) { try resolved([("trust-coefficient", "0.1")]) }
        #expect(throws: (any Error).self) { try resolved([("model", "alexnt")]) }
        #expect(throws: (any Error).self) { try resolved([("data", "/nowhere")]) }
    }
}
