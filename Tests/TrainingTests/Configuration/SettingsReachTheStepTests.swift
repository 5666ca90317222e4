import Checkpoints
import Configuration
import Datasets
import ModelZoo
import Networks
import Sessions
import Tensors
import Testing
import Topology
import Training

/// A setting that decides what is learnt reaches the step: changed alone, it changes the bits of a short run. One that does not, does not.
@Suite(.serialized) struct SettingsReachTheStepTests {
    private let fixture: RunFixture
    private let photos: SmallDataFolder
    private let cifar100: SmallDataFolder
    private let trials: [SettingTrial]

    init() async throws {
        fixture = try RunFixture()
        photos = try SmallDataFolder()
        try photos.writePhotos()
        cifar100 = try SmallDataFolder()
        try cifar100.writeCIFAR100()
        let weights = fixture.path + "/weights.safetensors"
        let otherHead = fixture.path + "/other-head.safetensors"
        try await Self.writeLeNet5(classes: 4, to: weights)
        try await Self.writeLeNet5(classes: 9, to: otherHead)
        trials = SettingTrial.all(weights: weights, otherHead: otherHead, photos: photos.path, cifar100: cifar100.path)
    }

    private static func writeLeNet5(classes: Int, to path: String) async throws {
        let graph = try ModelZoo.network(named: "lenet5", classes: classes).graph(batchSize: 1, purpose: .training)
        let values = await InitialParameters.values(of: graph, seed: 77)
        try SafeTensorsFile.write(zip(graph.parameters, values).map { ($0.name, $1) }, to: path)
    }

    /// The weights' hash after a run with these settings over the small ones, of which one may be left out; or the losses that it
    /// validated.
    private func bits(_ settings: [String: String], without name: String? = nil, isValidated: Bool = false) async throws -> String
    {
        let all = SettingTrial.small.merging(settings) { $1 }.filter { $0.key != name }
        var configuration = TrainingConfiguration()
        try configuration.apply(flags: all.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) })
        let preparation = try TrainingPreparation(configuration, on: Machine.discover())
        var losses: [Double] = []
        let finished = try await Trainer(preparation).run { event in
            if case .epoch(let report) = event, let validation = report.validation { losses.append(validation.loss) }
        }
        guard isValidated else { return finished.weightsSHA256 }
        #expect(losses.count == 2)
        return "\(losses)"
    }

    /// The same; nil where a run is refused, which is expected of one that should be and of no other.
    private func outcome(_ settings: [String: String], isRefused: Bool, _ trial: SettingTrial) async -> String? {
        do {
            let bits = try await bits(trial.also.merging(settings) { $1 }, isValidated: trial.isValidated)
            #expect(!isRefused, "\(trial): \(settings) is not refused")
            return bits
        } catch {
            #expect(isRefused, "\(trial): \(error)")
            return nil
        }
    }

    @Test(arguments: TrainingConfiguration.learningSettingNames)
    func aSettingOfLearningChangesTheBits(name: String) async throws {
        let own = trials.filter { $0.name == name }
        #expect(!own.isEmpty, "give SettingTrial.all two values of --\(name) that a run must not come to the same bits with")
        for trial in own {
            let before = trial.from.map { [name: $0] } ?? [:]
            let from = await outcome(before, isRefused: trial.refused == .from, trial)
            let to = await outcome([name: trial.to], isRefused: trial.refused == .to, trial)
            #expect(from != to, "\(trial) changes nothing")
        }
    }

    @Test func noTrialIsOfASettingThatIsGone() {
        #expect(Set(trials.map(\.name)) == Set(TrainingConfiguration.learningSettingNames))
    }

    /// What a run is computed on, and what it tells and keeps, is in no bit of its weights.
    @Test(arguments: [
        ["devices": "1"], ["mode": "single", "devices": "1"], ["input-threads": "3"], ["image-cache": "0"],
        ["evaluate-every": "1"], ["stall-timeout": "0"], ["json": "true"], ["device-memory": "1GiB"], ["save-every": "1"],
        ["keep": "9"], ["skip-unreadable": "true"],
    ])
    func aSettingOfConductChangesNoBit(settings: [String: String]) async throws {
        let common = ["mode": "data", "devices": "2", "micro-batches": "2", "data": photos.path]
        #expect(try await bits(common) == bits(common.merging(settings) { $1 }))
    }

    @Test func otherMicroBatchesAndOtherDataChangeTheBits() async throws {
        let common = ["mode": "data", "devices": "2", "micro-batches": "2"]
        let before = try await bits(common)
        #expect(try await bits(common.merging(["micro-batches": "3"]) { $1 }) != before)
        #expect(
            try await bits(common.merging(["data": "synthetic:classes=4,train=40,val=8,difficulty=easy,seed=9"]) { $1 }) != before
        )
    }

    /// The mirror image of a digit may be none, or another.
    @Test func digitsAreNotMirroredUnlessAsked() async throws {
        let digits = try SmallDataFolder()
        try digits.writeIDX()
        var configuration = TrainingConfiguration()
        try configuration.apply(flags: [("data", digits.path), ("model", "lenet5")])
        #expect(try configuration.resolved(on: Machine.discover()).augmentation == .none)
        let usual = try await bits(["data": digits.path], without: "mirror")
        #expect(try await bits(["data": digits.path, "mirror": "false"]) == usual)
        #expect(try await bits(["data": digits.path, "mirror": "true"]) != usual)
    }

    @Test func photosAreCroppedAndMirroredUnlessToldOtherwise() throws {
        var configuration = TrainingConfiguration()
        try configuration.apply(flags: [("data", photos.path), ("model", "lenet5")])
        let resolved = try configuration.resolved(on: Machine.discover())
        #expect(resolved.crop == true && resolved.mirror == true && resolved.colour == false)
    }
}
