import Checkpoints
import Configuration
import Devices
import KernelChoices
import Kernels
import ModelZoo
import Networks
import Parallelism
import Sessions
import Tensors
import Testing
import Topology
import Training

/// Images of a batch.
private let batch = 16

/// Predictions are computed as the weights were trained: in their precision, by their kernels, on images of their size.
@Suite struct PredictorTests {
    /// LeNet-5 after a step, and images for it.
    private struct Case {
        let fixture: RunFixture
        let checkpoint: String
        let images: HostTensor
        let imagesPath: String

        init(_ settings: [String: String] = [:]) async throws {
            fixture = try RunFixture()
            let outcome = try await fixture.begin(
                ["steps": "1", "run": "a", "mode": "single", "kernels": "standard"].merging(settings) { $1 })
            let steps = settings["steps"] ?? "1"
            #expect(outcome.finished.map { "\($0.steps)" } == steps)
            checkpoint = fixture.path + "/a/checkpoints/step-0000000\(steps).safetensors"
            images = HostTensor([batch, 1, 28, 28], (0..<batch * 784).map { Float($0 * 37 % 101) / 50 - 1 })
            imagesPath = fixture.path + "/images.safetensors"
            try SafeTensorsFile.write([("images", images)], to: imagesPath)
        }

        func predictor(_ given: [(name: String, value: String)] = []) throws -> Predictor {
            try Predictor(
                weights: checkpoint, images: [imagesPath],
                given: GivenSetting.flags([("mode", "single"), ("batch-size", "\(batch)")] + given), on: Machine.discover())
        }

        func scores(_ given: [(name: String, value: String)] = []) async throws -> [Float] {
            var scores: [Float] = []
            try await predictor(given).run(report: { scores += $0.scores })
            return scores
        }

        /// The same by hand, and by which kernels.
        /// - Parameter prefix: what stands before the parameters' names in the checkpoint.
        func scores(
            by kernels: KernelSelection, _ precision: Precision = .f32, prefix: String = ""
        ) async throws -> ([Float], [KernelDecision]) {
            let machine = try Machine.discover()
            let devices = try DeviceGroup(machine, CoreAssignment(on: machine, devices: 1))
            defer { devices.shutdown() }
            let session = try await TrainingSession(
                ModelZoo.network(named: "lenet5", classes: 4), strategy: ParallelMode.single, devices: devices, batchSize: batch,
                microBatches: 1, kernels: kernels, precision: precision)
            let saved = try Checkpoint(path: checkpoint)
            try await session.setParameters(session.parameters.compactMap { saved.tensor(named: prefix + $0.name) })
            let pixels = UnsafeMutableBufferPointer<Float>.allocate(capacity: images.values.count)
            defer { pixels.deallocate() }
            _ = pixels.initialize(fromContentsOf: images.values)
            let scores = try await session.scores(images: pixels.baseAddress!, count: batch)
            let decisions = session.kernelDecisions
            try await session.end()
            return (scores.values, decisions)
        }
    }

    /// Where a run has kept an average of its weights, that is what it has evaluated, and what is predicted with; what does not learn is in it
    /// as it is.
    @Test func averagedWeightsPredict() async throws {
        let run = try await Case(["steps": "3", "ema-decay": "0.75", "freeze": "conv1", "learning-rate": "0.05"])
        let (averaged, _) = try await run.scores(by: .standard, prefix: "optimizer.ema.")
        let (last, _) = try await run.scores(by: .standard)
        #expect(averaged != last)
        #expect(try await run.scores() == averaged)
        let saved = try Checkpoint(path: run.checkpoint)
        #expect(saved.tensor(named: "optimizer.ema.conv1.weight") == saved.tensor(named: "conv1.weight"))
        #expect(saved.tensor(named: "optimizer.ema.conv2.weight") != saved.tensor(named: "conv2.weight"))
    }

    @Test func kernelsAreThoseOfTheCheckpoint() async throws {
        let run = try await Case()
        let (preferred, decisions) = try await run.scores(by: KernelSelection(preferred: .batchInnermost))
        let (standard, _) = try await run.scores(by: .standard)
        #expect(decisions.contains { $0.variant == "batch-innermost" })
        #expect(preferred != standard)
        var saved = try Checkpoint(path: run.checkpoint)
        saved.metadata["kernels"] = decisions.map { "\($0.variant)\t\($0.key)\n" }.joined()
        try CheckpointFolder(path: run.fixture.path + "/a/checkpoints").save(saved)
        #expect(try await run.scores() == preferred)
        // What is given holds over it.
        #expect(try await run.scores([("kernels", "standard")]) == standard)
    }

    @Test func howKernelsAreChosenIsThatOfTheCheckpoint() async throws {
        for kernels in ["standard", "measured"] {
            let run = try await Case(["kernels": kernels])
            #expect(try run.predictor().configuration.kernels.rawValue == kernels)
            #expect(try run.predictor([("kernels", "standard")]).configuration.kernels == .standard)
            #expect(try run.predictor([("kernels", "measured")]).configuration.kernels == .measured)
        }
    }

    /// Another program's weights say nothing: nothing is measured for one look at some images.
    @Test func weightsAloneAreComputedByStandardKernels() async throws {
        let run = try await Case()
        let saved = try Checkpoint(path: run.checkpoint)
        let path = run.fixture.path + "/weights.safetensors"
        try SafeTensorsFile.write(
            saved.tensors.filter { !$0.name.hasPrefix("optimizer.") }.map { ($0.name, $0.tensor) }, to: path)
        let predictor = try Predictor(
            weights: path, images: [run.imagesPath], given: GivenSetting.flags([("model", "lenet5"), ("classes", "4")]),
            on: Machine.discover())
        #expect((predictor.configuration.kernels, predictor.configuration.precision) == (.standard, .f32))
    }

    @Test(.enabled("this processor has no products in bfloat16") { Precision.bf16.isSupported })
    func thePrecisionIsThatOfTheCheckpoint() async throws {
        let run = try await Case(["precision": "bf16"])
        let (narrow, _) = try await run.scores(by: .standard, .bf16)
        let (wide, _) = try await run.scores(by: .standard, .f32)
        #expect(narrow != wide)
        #expect(try await run.scores() == narrow)
        #expect(try await run.scores([("precision", "f32")]) == wide)
    }

    @Test func thePrecisionIsRecordedAndMayBeGivenOtherwise() async throws {
        let run = try await Case()
        var saved = try Checkpoint(path: run.checkpoint)
        let text = try #require(saved.metadata["configuration"])
        #expect(text.contains("precision: f32\n"))
        saved.metadata["configuration"] = text.replacing("precision: f32\n", with: "precision: bf16\n")
        try CheckpointFolder(path: run.fixture.path + "/a/checkpoints").save(saved)
        #expect(try run.predictor().configuration.precision == .bf16)
        #expect(try run.predictor([("precision", "f32")]).configuration.precision == .f32)
    }

    /// From batch to batch, of which the last is not full. A batch is no whole number of rounds of the four classes.
    @Test func everyImageKeepsItsPlaceAndItsLabel() async throws {
        let run = try await Case()
        let predictor = try Predictor(
            weights: run.checkpoint, given: GivenSetting.flags([("mode", "single"), ("batch-size", "6")]), on: Machine.discover())
        var found: [Prediction] = []
        try await predictor.run(report: { found.append($0) })
        let places = Array(0..<40)
        let labels: [Int?] = places.map { $0 % 4 }
        let labelNames: [String?] = places.map { predictor.name(ofClass: $0 % 4) }
        #expect(Set(labelNames).count == 4)
        #expect(found.map(\.index) == places)
        #expect(found.map(\.name) == places.map { "\($0)" })
        #expect(found.map(\.label) == labels)
        #expect(found.map(\.labelName) == labelNames)
    }

    @Test func imagesComeAtTheSizeOfTheCheckpoint() async throws {
        let run = try await Case(["resize": "50"])
        func configuration(_ given: [(name: String, value: String)]) throws -> TrainingConfiguration {
            try Predictor(weights: run.checkpoint, given: GivenSetting.flags(given), on: Machine.discover()).configuration
        }
        #expect(try configuration([]).resize == 50)
        #expect(try configuration([("resize", "40")]).resize == 40)
        #expect(try SafeTensorsFile(path: run.checkpoint).metadata["data.image_shape"] == "3 50 50")
    }

    /// A network made for images of another size sees such images, unless another size is asked for.
    @Test func theSizeOfItsInputIsThatOfTheCheckpoint() async throws {
        let run = try await Case(["input-size": "32"])
        func shape(_ given: [(name: String, value: String)]) throws -> Shape {
            let usual = [("mode", "single"), ("batch-size", "8"), ("data", "synthetic:classes=4,train=8,val=8")]
            let flags = try GivenSetting.flags(usual + given)
            return try Predictor(weights: run.checkpoint, given: flags, on: Machine.discover()).inputShape
        }
        #expect(try shape([]) == [1, 32, 32])
        let error = #expect(throws: (any Error).self) { try shape([("input-size", "28")]) }
        #expect("\(try #require(error))".contains("fc3.weight"), "a dense layer has as many weights as its input has elements")
    }

    /// CIFAR-100's images have two labels; predictions are scored by those that the weights were trained on.
    @Test(arguments: [false, true]) func labelsAreThoseOfTheCheckpoint(coarse: Bool) async throws {
        let data = try SmallDataFolder()
        try data.writeCIFAR100()
        let run = try await Case(["model": "vgg11-small", "data": data.path, "coarse-labels": "\(coarse)"])
        let predictor = try Predictor(
            weights: run.checkpoint, given: GivenSetting.flags([("mode", "single"), ("batch-size", "8")]), on: Machine.discover())
        var found: [Prediction] = []
        try await predictor.run(report: { found.append($0) })
        #expect(found.map(\.labelName) == (0..<8).map { "\(coarse ? "coarse" : "fine") \($0)" })
        #expect(found.allSatisfy { $0.scores.count == (coarse ? 20 : 100) })
    }
}
