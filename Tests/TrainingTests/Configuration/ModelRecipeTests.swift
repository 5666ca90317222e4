import Configuration
import Datasets
import ModelZoo
import Testing
import Topology
import Training

/// What a network is trained with where nothing else is said.
@Suite(.serialized) struct ModelRecipeTests {
    private struct Recipe {
        let rate: Double
        let warmupSteps: Int
        let epochs: Int
    }

    private static let photos = [
        "googlenet-torchvision", "inception-v3", "resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "resnext50-32x4d",
        "se-resnet50", "densenet121", "densenet161", "densenet169", "densenet201", "mobilenet", "shufflenet",
    ]
    private static let small =
        [20, 32, 44, 56, 110].flatMap { ["plain\($0)-cifar", "resnet\($0)-cifar", "resnet\($0)-cifar-projection"] }
        + ["se-resnet20-cifar"]

    private static let recipes = [
        "densenet100-cifar": Recipe(rate: 0.05, warmupSteps: 100, epochs: 300),
        "resnext29-8x64d": Recipe(rate: 0.025, warmupSteps: 100, epochs: 300),
        "lenet5": Recipe(rate: 0.05, warmupSteps: 0, epochs: 10), "lenet5-1998": Recipe(rate: 0.001, warmupSteps: 0, epochs: 10),
        "alexnet": Recipe(rate: 0.01, warmupSteps: 100, epochs: 90),
        "alexnet-torchvision": Recipe(rate: 0.01, warmupSteps: 100, epochs: 90),
        "alexnet-small": Recipe(rate: 0.025, warmupSteps: 100, epochs: 18),
        "alexnet-simplified": Recipe(rate: 0.025, warmupSteps: 100, epochs: 18),
        "nin-cifar": Recipe(rate: 0.025, warmupSteps: 100, epochs: 18),
        "squeezenet1-0": Recipe(rate: 0.0025, warmupSteps: 100, epochs: 90),
        "squeezenet1-1": Recipe(rate: 0.0025, warmupSteps: 100, epochs: 90),
        "nin": Recipe(rate: 0.01, warmupSteps: 100, epochs: 90), "googlenet": Recipe(rate: 0.01, warmupSteps: 100, epochs: 90),
    ]
    .merging(["vgg11", "vgg13", "vgg16", "vgg19"].map { ($0, Recipe(rate: 0.01, warmupSteps: 100, epochs: 74)) }) { $1 }
    .merging(["vgg11-bn", "vgg13-bn", "vgg16-bn", "vgg19-bn"].map { ($0, Recipe(rate: 0.01, warmupSteps: 100, epochs: 74)) }) {
        $1
    }
    .merging(
        ["vgg11-small", "vgg11-small-blur", "vgg16-small", "vgg16-small-bn"].map {
            ($0, Recipe(rate: 0.01, warmupSteps: 100, epochs: 74))
        }
    ) { $1 }
    .merging(photos.map { ($0, Recipe(rate: 0.0125, warmupSteps: 100, epochs: 90)) }) { $1 }
    .merging(small.map { ($0, Recipe(rate: 0.025, warmupSteps: 100, epochs: 164)) }) { $1 }
    .merging([10, 20, 50, 100].map { ("highway-\($0)", Recipe(rate: 0.05, warmupSteps: 0, epochs: 10)) }) { $1 }

    @Test func everyNetworkHasOne() {
        #expect(Set(Self.recipes.keys) == Set(ModelZoo.names))
    }

    @Test(arguments: ModelZoo.names) func fillsWhatIsNotGiven(name: String) throws {
        let recipe = try #require(Self.recipes[name])
        var settings = TrainingConfiguration()
        settings.model = name
        let machine = try Machine.discover()
        let filled = try settings.resolved(on: machine)
        #expect(filled.learningRate == recipe.rate)
        #expect(filled.warmupSteps == recipe.warmupSteps)
        #expect(filled.duration == .epochs(recipe.epochs))
        (settings.learningRate, settings.warmupSteps, settings.duration) = (0.5, 7, .steps(3))
        let given = try settings.resolved(on: machine)
        #expect(given.learningRate == 0.5 && given.warmupSteps == 7 && given.duration == .steps(3))
    }

    /// Nobody says what to learn from, nor how many classes that has.
    @Test(arguments: ModelZoo.names) func trainsOnTheProgramsOwnImages(name: String) throws {
        var settings = TrainingConfiguration()
        (settings.model, settings.devices) = (name, 1)
        let prepared = try TrainingPreparation(settings, on: Machine.discover())
        #expect(prepared.dataset.classCount == (name == "lenet5-1998" ? 10 : 16))
        #expect(prepared.network.classCount == prepared.dataset.classCount)
        // Other options of theirs say nothing of classes.
        settings.data = "synthetic:difficulty=easy,train=64"
        #expect(try TrainingPreparation(settings, on: Machine.discover()).network.classCount == prepared.network.classCount)
        // As many as somebody asks for are asked of the network.
        settings.data = "synthetic:classes=16"
        if name == "lenet5-1998" {
            let error = #expect(throws: ModelZooError.self) { try TrainingPreparation(settings, on: Machine.discover()) }
            #expect(error?.description.contains("give it data of ten classes") == true)
        } else {
            #expect(try TrainingPreparation(settings, on: Machine.discover()).network.classCount == 16)
        }
    }

    /// The rate that a network's recipe has is the one that its steps are taken with.
    @Test(arguments: ["lenet5", "lenet5-1998"]) func stepsAreTakenWithIt(name: String) async throws {
        let fixture = try RunFixture()
        let run = try await fixture.run([
            "model": name, "data": "synthetic:classes=10,train=32,val=10", "batch-size": "16", "steps": "2", "mode": "single",
            "learning-rate-schedule": "constant", "evaluate-every": "0", "run-folder": "false",
        ])
        let rates = run.events.compactMap { if case .progress(let report) = $0 { report.learningRate } else { nil } }
        let rate = try #require(Self.recipes[name]).rate
        #expect(rates == [rate, rate])
    }
}
