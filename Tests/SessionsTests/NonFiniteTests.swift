import KernelChoices
import Kernels
import ModelZoo
import Networks
import Parallelism
import Planning
import Sessions
import Tensors
import TestSupport
import Testing

/// A value that is not finite ends the session with one error, which names where the value came from.
@Suite(.serialized, .timeLimit(.minutes(30))) struct NonFiniteTests {
    struct Spread: CustomStringConvertible {
        let mode: ParallelMode
        let devices: Int
        let lanes: Int
        var microBatches: Int?
        var precision = Precision.f32
        var description: String {
            "\(mode) on \(devices) devices of \(lanes), \(microBatches.map(String.init) ?? "default") micro-batches, \(precision)"
        }
    }

    static let spreads = [
        Spread(mode: .single, devices: 1, lanes: 1), Spread(mode: .single, devices: 1, lanes: 2),
        Spread(mode: .data, devices: 2, lanes: 1), Spread(mode: .data, devices: 2, lanes: 2),
        Spread(mode: .data, devices: 3, lanes: 1), Spread(mode: .data, devices: 4, lanes: 1),
        Spread(mode: .data, devices: 2, lanes: 1, microBatches: 8), Spread(mode: .model, devices: 2, lanes: 1),
        Spread(mode: .model, devices: 2, lanes: 2), Spread(mode: .model, devices: 4, lanes: 1),
        Spread(mode: .hybrid, devices: 2, lanes: 1), Spread(mode: .hybrid, devices: 2, lanes: 2),
        Spread(mode: .hybrid, devices: 4, lanes: 1),
    ]
    /// In bfloat16, where the processor has it.
    static let narrowSpreads =
        Precision.bf16.isSupported
        ? [(ParallelMode.single, 1), (.data, 2), (.model, 2), (.hybrid, 2)].map {
            Spread(mode: $0.0, devices: $0.1, lanes: 1, precision: .bf16)
        } : []

    private func harness(_ spread: Spread) throws -> SessionHarness {
        SessionHarness(
            network: try ModelZoo.network(named: "alexnet-small"), mode: spread.mode, devices: spread.devices,
            lanes: spread.lanes, microBatches: spread.microBatches, batch: 8, classes: 10, precision: spread.precision)
    }

    /// What the session throws, which must be a value that is not finite; afterwards it must give nothing else.
    private func failure(
        of harness: SessionHarness, _ body: (TrainingSession) async throws -> Void
    ) async throws -> NonFiniteValue {
        var found: NonFiniteValue?
        var atEnd: (any Error)?
        do {
            try await harness.withSession { session, _ in
                let error = await thrown { try await body(session) }
                guard case .notFinite(let value) = error as? ExecutionError else {
                    Issue.record("\(String(describing: error))")
                    return
                }
                found = value
                await expectNothing(of: session, but: "\(value)", harness)
            }
        } catch {
            atEnd = error
        }
        let value = try #require(found)
        #expect(atEnd.map { "\($0)" } == "\(value)")
        return value
    }

    private func thrown(by body: () async throws -> Void) async -> (any Error)? {
        do {
            try await body()
            return nil
        } catch {
            return error
        }
    }

    private func expectNothing(of session: TrainingSession, but sentence: String, _ harness: SessionHarness) async {
        let uses: [(String, (TrainingSession) async throws -> Void)] = [
            ("parameters", { _ = try await $0.parameterValues() }),
            ("gradients", { _ = try await $0.gradientValues() }),
            ("optimizer's state", { _ = try await $0.optimizerState() }),
            ("initial parameters", { try await $0.initializeParameters() }),
            ("a step", { _ = try await harness.train($0, step: 9) }),
            ("an evaluation", { _ = try await harness.evaluate($0, step: 9) }),
        ]
        for (name, use) in uses {
            let error = await thrown { try await use(session) }
            #expect(error.map { "\($0)" } == sentence, "\(name)")
        }
    }

    /// The first worker, by device and lane, of which `holds` is true.
    private func firstWorker(_ placed: PlacedGraph, where holds: (Int) -> Bool) -> (device: Int, lane: Int)? {
        (0..<placed.mesh.workerCount).filter(holds)
            .map { (device: placed.mesh.device(of: $0), lane: placed.mesh.lane(of: $0)) }
            .min { ($0.device, $0.lane) < ($1.device, $1.lane) }
    }

    /// Skipped, and so seen, where it is not.
    @Test(.needsBFloat16) func bfloat16IsAmongThem() {
        #expect(!Self.narrowSpreads.isEmpty)
    }

    @Test(arguments: spreads + narrowSpreads, [Float.nan])
    func anImageIsNamedWithTheDeviceThatLoadsIt(spread: Spread, bad: Float) async throws {
        let harness = try harness(spread)
        let pixels = harness.network.inputShape.elementCount
        for example in [0, 5] {
            var holder: (device: Int, lane: Int)?
            let value = try await failure(of: harness) { session in
                let placed = session.training
                holder = firstWorker(placed) { worker in
                    (0..<placed.microStepCount(of: worker)).contains { microStep in
                        placed.instructions.contains {
                            guard case .load(let id) = $0, placed[id].type.shape.rank == 4 else { return false }
                            return placed.ranges(of: id, worker: worker, microStep: microStep)[0].contains(example)
                        }
                    }
                }
                for step in 0..<2 { _ = try await harness.train(session, step: step) }
                var images = harness.images(step: 2)
                images[example * pixels + pixels / 2] = bad
                _ = try await harness.train(session, step: 2, images: images)
            }
            #expect(value.place == .image(example: example) && value.isInBatch)
            #expect(value.step == 2 && value.device == holder?.device && value.lane == holder?.lane)
        }
    }

    /// An image that is finite, but so large that the first sums overflow: those alone of the batch's last example. In single precision
    /// other results take the first ones' memory, and a later layer is named.
    @Test(.needsBFloat16, arguments: narrowSpreads) func aResultThatOverflowsIsNamedWithItsLayer(spread: Spread) async throws {
        let harness = try harness(spread)
        let pixels = harness.network.inputShape.elementCount
        let value = try await failure(of: harness) { session in
            var images = harness.images(step: 0)
            for index in 7 * pixels..<8 * pixels { images[index] = index % 2 == 0 ? 3e38 : -3e38 }
            _ = try await harness.train(session, step: 0, images: images)
        }
        #expect(value.layer == "conv1" && value.place == .result(operation: "convolution"), "\(value)")
    }

    /// The last element of a parameter: of its last channel, which the last device has where channels are divided.
    @Test(arguments: spreads + narrowSpreads, ["conv1.weight", "conv3.weight", "fc6.weight", "fc8.bias"])
    func aWeightIsNamedWithItsLayerAndADeviceThatHasIt(spread: Spread, name: String) async throws {
        let harness = try harness(spread)
        var holder: (device: Int, lane: Int)?
        let value = try await failure(of: harness) { session in
            let parameter = try #require(session.parameters.firstIndex { $0.name == name }, "no \(name)")
            let placed = session.training
            let last = session.parameters[parameter].shape.dimensions.map { $0 - 1 }
            holder = firstWorker(placed) { worker in
                zip(placed.ranges(of: placed.parameters[parameter], worker: worker), last).allSatisfy { $0.contains($1) }
            }
            _ = try await harness.train(session, step: 0)
            var values = try await session.parameterValues()
            values[parameter].values[values[parameter].values.count - 1] = .nan
            try await session.setParameters(values)
            _ = try await harness.train(session, step: 1)
        }
        #expect(value.layer == name.prefix { $0 != "." } && value.step == 1, "\(value)")
        #expect(value.device == holder?.device, "\(value)")
    }

    /// The weights overflow in the step itself, or make the next one overflow.
    @Test(arguments: spreads) func aLearningRateThatIsTooHighEndsTheTraining(spread: Spread) async throws {
        var harness = try harness(spread)
        harness.learningRate = .infinity
        let first = try await failure(of: harness) { _ = try await harness.train($0, step: 0) }
        #expect(first.step == 0)
        guard case .update(let name) = first.place else {
            Issue.record("\(first)")
            return
        }
        #expect(name.hasPrefix(first.layer + "."))

        harness.learningRate = 1e30
        var sentences: Set<String> = []
        for _ in 0..<2 {
            let value = try await failure(of: harness) { session in
                for step in 0..<4 { _ = try await harness.train(session, step: step) }
            }
            #expect(value.step > 0 && !value.layer.isEmpty && !value.isInBatch)
            sentences.insert(value.description)
        }
        #expect(sentences.count == 1, "\(sentences)")
    }

    /// An evaluation changes nothing: it names what it meets, by its layer and the first example that is spoilt, and the session goes on.
    @Test(arguments: spreads + narrowSpreads, [Float.nan, .infinity, -.infinity])
    func anEvaluationNamesWhatItMeets(spread: Spread, bad: Float) async throws {
        let harness = try harness(spread)
        try await harness.withSession { session, _ in
            let good = try await session.parameterValues()
            let parameter = try #require(session.parameters.firstIndex { $0.name == "fc8.bias" })
            var spoilt = good
            // Minus infinity is a score that leaves most losses finite.
            spoilt[parameter].values[9] = bad
            try await session.setParameters(spoilt)
            for _ in 0..<2 {
                for evaluation in ["losses", "scores"] {
                    let error = await thrown {
                        if evaluation == "losses" {
                            _ = try await harness.evaluate(session, step: 0)
                        } else {
                            _ = try await harness.scores(session, images: harness.images(step: 0))
                        }
                    }
                    guard case .notFinite(let value) = error as? ExecutionError else {
                        Issue.record("\(evaluation): \(String(describing: error))")
                        return
                    }
                    #expect(value.isInEvaluation && value.layer == "fc8" && value.example == 0, "\(value)")
                    #expect(value.place == .parameter(name: "fc8.bias"), "\(value)")
                }
            }
            try await session.setParameters(good)
            #expect(try await harness.evaluate(session, step: 0).loss.isFinite)
            #expect(try await harness.train(session, step: 0).loss.isFinite)
        }
    }

    /// Weights that overflow, and an image that does: the layer where it began and the example are named; what lies beyond the examples
    /// that count is nobody's. In a network without ReLU, which makes 0 of a number that is none.
    @Test(arguments: spreads) func anEvaluationNamesTheExample(spread: Spread) async throws {
        let harness = SessionHarness(
            network: try ModelZoo.network(named: "lenet5"), mode: spread.mode, devices: spread.devices, lanes: spread.lanes,
            microBatches: spread.microBatches, batch: 8, classes: 10)
        let size = harness.network.inputShape.elementCount
        try await harness.withSession { session, _ in
            var images = harness.images(step: 0)
            images[5 * size + size / 3] = .nan
            let error = await thrown { _ = try await harness.scores(session, images: images) }
            guard case .notFinite(let value) = error as? ExecutionError else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(value.example == 5 && value.place == .image(example: 5), "\(value)")
            #expect("\(value)".contains("evaluation: image 5"), "\(value)")
            #expect(try await harness.scores(session, images: images, count: 5).values.allSatisfy(\.isFinite))

            var large = try await session.parameterValues()
            for parameter in large.indices { large[parameter].values = large[parameter].values.map { $0 < 0 ? -3e38 : 3e38 } }
            try await session.setParameters(large)
            let overflow = await thrown { _ = try await harness.evaluate(session, step: 3) }
            guard case .notFinite(let value) = overflow as? ExecutionError, case .result = value.place else {
                Issue.record("\(String(describing: overflow))")
                return
            }
            #expect(value.isInEvaluation && "\(value)".contains("evaluation after step 3: layer \(value.layer)"), "\(value)")
        }
    }
}
