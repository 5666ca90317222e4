import Checkpoints
import Configuration
import Datasets
import ModelZoo
import Networks
import Parallelism
import ReferenceKernels
import Tensors
import Testing
import Training

/// A run as it is asked for, from its settings to its last update, ends with the weights that the plain loops in double precision end
/// with: two epochs of cropped and mirrored images in their order, warm-up, cosine, momentum and decay, in every mode.
@Suite(.serialized) struct ReferenceRunTests {
    /// 26 images in batches of 6: four steps an epoch, and two images left out of each.
    private static let settings = [
        "model": "lenet5", "data": "synthetic:classes=4,train=26,val=8,difficulty=easy", "batch-size": "6", "epochs": "2",
        "learning-rate": "0.1", "learning-rate-schedule": "cosine", "warmup-steps": "3", "momentum": "0.8",
        "weight-decay": "0.2", "seed": "5", "crop": "true", "mirror": "true", "kernels": "standard",
    ]
    /// Adam's epsilon is large enough for a gradient that is nothing but rounding to move nothing.
    private static func optimizer(_ form: TrainingConfiguration.Optimizer) -> [String: String] {
        let adaptive = ["beta2": "0.97", "epsilon": "1e-4", "learning-rate": "0.01"]
        let layerWise = ["trust-coefficient": "0.3", "clip-norm": "1.5", "ema-decay": "0.8"]
        let own = [.adam, .adamw].contains(form) ? adaptive : form == .lars ? layerWise : [:]
        return ["optimizer": form.rawValue].merging(own) { $1 }
    }

    private static let batchSize = 6
    /// A third, two thirds, all of 0.1; then ½(1 + cos(π k / 5)) of it for k from 0 to 4.
    private static func rates(_ form: TrainingConfiguration.Optimizer) -> [Double] {
        commonRates.map { [.adam, .adamw].contains(form) ? $0 / 10 : $0 }
    }

    private static let commonRates = [
        0.1 / 3, 0.2 / 3, 0.1, 0.1, 0.0904508497187474, 0.0654508497187474, 0.0345491502812526, 0.0095491502812526,
    ]

    @Test(arguments: TrainingConfiguration.Optimizer.allCases) func everyModeComesToTheReference(
        form: TrainingConfiguration.Optimizer
    ) async throws {
        let expected = try await Reference(form)
        for (mode, devices) in [("single", "1"), ("data", "2"), ("data", "3"), ("model", "2"), ("hybrid", "2")] {
            let fixture = try RunFixture()
            let place = ["mode": mode, "devices": devices, "run": "a"].merging(Self.optimizer(form)) { $1 }
            let run = try await fixture.run(Self.settings.merging(place) { $1 })
            let what = "\(form.rawValue), \(mode) on \(devices)"
            expect(run.events, expected, what)
            expected.expect(try Checkpoint(path: fixture.path + "/a/checkpoints/step-00000008.safetensors"), what)
        }
    }

    /// Stopped in its warm-up, it goes on with the rates, batches and velocities that are due.
    @Test(arguments: TrainingConfiguration.Optimizer.allCases) func aRunThatGoesOnComesToTheReference(
        form: TrainingConfiguration.Optimizer
    ) async throws {
        let expected = try await Reference(form)
        let fixture = try RunFixture()
        let place = ["mode": "data", "devices": "2", "run": "a"].merging(Self.optimizer(form)) { $1 }
        let first = try await fixture.run(Self.settings.merging(place) { $1 }) { $0.isStep(2) }
        #expect(first.stopped?.step == 2)
        let second = try await fixture.resume(["run": "a"])
        expect(first.events + second.events, expected, "\(form.rawValue), stopped after step 2")
        expected.expect(
            try Checkpoint(path: fixture.path + "/a/checkpoints/step-00000008.safetensors"), "\(form.rawValue), gone on with")
    }

    /// Every step's rate and loss, as they are told.
    private func expect(_ events: [TrainingEvent], _ expected: Reference, _ what: String) {
        let steps = events.compactMap { if case .progress(let report) = $0 { report } else { nil } }
        #expect(steps.map(\.step) == Array(1...8), "\(what)")
        for (report, (rate, loss)) in zip(steps, zip(expected.rates, expected.losses)) {
            #expect(abs(report.learningRate - rate) < 1e-12, "\(what): the rate of step \(report.step)")
            #expect(abs(report.loss - loss) < 1e-4 * max(1, loss), "\(what): the loss of step \(report.step)")
        }
    }

    /// What the settings mean, worked out without the code that turns them into a run.
    private struct Reference {
        private var training: ReferenceTraining
        private let initial: [ReferenceTensor]
        let rates: [Double]
        private(set) var losses: [Double] = []

        init(_ form: TrainingConfiguration.Optimizer) async throws {
            rates = ReferenceRunTests.rates(form)
            let network = try ModelZoo.network(named: "lenet5", classes: 4)
            let rule: any UpdateRule =
                switch form {
                case .common: GradientDescent(form: .common, momentum: 0.8, weightDecay: 0.2)
                case .nesterov: GradientDescent(form: .nesterov, momentum: 0.8, weightDecay: 0.2)
                case .alexnet: GradientDescent(form: .alexnet, momentum: 0.8, weightDecay: 0.2)
                case .adam: Adam(decay: .gradient, beta1: 0.8, beta2: 0.97, epsilon: 1e-4, weightDecay: 0.2)
                case .adamw: Adam(decay: .decoupled, beta1: 0.8, beta2: 0.97, epsilon: 1e-4, weightDecay: 0.2)
                case .lars:
                    ExponentialAverage(
                        of: Clipped(LARS(momentum: 0.8, weightDecay: 0.2, trustCoefficient: 0.3), toNorm: 1.5), decay: 0.8)
                }
            let graph = try TrainingGraph(
                of: network.graph(batchSize: ReferenceRunTests.batchSize, purpose: .training), rule: rule)
            training = ReferenceTraining(graph, seed: 5)
            initial = training.parameters
            let data = try DatasetSource(parsing: "synthetic:classes=4,train=26,val=8,difficulty=easy")
                .open(inputShape: network.inputShape)
            let batches = try BatchPipeline(
                data, .training, batchSize: ReferenceRunTests.batchSize, inputShape: network.inputShape,
                augmentation: Augmentation(crop: true, mirror: true, colour: false), seed: 5)
            for (step, rate) in rates.enumerated() {
                let batch = try await batches.next()
                losses.append(
                    training.step(
                        images: Array(batch.images), labels: Array(batch.labels), learningRate: rate,
                        ReferenceStep(seed: 5, step: step)))
                batch.release()
            }
        }

        /// Expects a run's weights, and its optimizer's state, as near as `Agreement` has it for a smooth network.
        func expect(_ run: Checkpoint, _ what: String) {
            let agreement = Agreement(
                steps: rates.count, batchSize: ReferenceRunTests.batchSize, nearTies: 0)
            for (index, parameter) in training.graph.graph.parameters.enumerated() {
                let weights = training.parameters[index].values
                let change = zip(weights, initial[index].values).map { abs($0 - $1) }.max() ?? 0
                near(run.tensor(named: parameter.name), weights, agreement, change: change, "\(what): \(parameter.name)")
                for (slot, name) in training.graph.slots.enumerated() {
                    let state = training.slots[slot][index].values
                    near(
                        run.tensor(named: "optimizer.\(name)." + parameter.name), state, agreement,
                        change: state.map { abs($0) }.max() ?? 0, "\(what): \(name) of \(parameter.name)")
                }
            }
        }

        private func near(_ found: HostTensor?, _ expected: [Double], _ agreement: Agreement, change: Double, _ what: String) {
            guard let found = found?.values, found.count == expected.count else {
                Issue.record("\(what) is not there")
                return
            }
            let shares = zip(found, expected).map { found, expected in
                abs(Double(found) - expected) / agreement.allowance(change: change, weight: Float(expected))
            }
            // Nothing that is no number is near.
            let worst = shares.contains { !$0.isFinite } ? .infinity : shares.max() ?? 0
            #expect(worst <= 1, "\(what) is \(worst) times as far as may be")
        }
    }
}
