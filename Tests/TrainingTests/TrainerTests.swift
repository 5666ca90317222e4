import Configuration
import Foundation
import JSONText
import Planning
import Testing
import Topology
import Training

@Suite(.serialized) struct TrainerTests {
    /// A run small enough for a test: images of four outlines for LeNet-5.
    private func preparation(_ flags: [(name: String, value: String)]) throws -> TrainingPreparation {
        var settings = TrainingConfiguration()
        try settings.apply(flags: [
            ("model", "lenet5"), ("data", "synthetic:classes=4,train=192,val=21,difficulty=easy"), ("batch-size", "16"),
            ("learning-rate", "0.05"), ("crop", "false"), ("mirror", "false"),
        ])
        try settings.apply(flags: flags)
        return try TrainingPreparation(settings, on: Machine.discover())
    }

    private func run(_ flags: [(name: String, value: String)]) async throws -> (events: [TrainingEvent], finished: FinishedReport)
    {
        var events: [TrainingEvent] = []
        let finished = try await Trainer(preparation(flags)).run { events.append($0) }
        return (events, finished)
    }

    @Test(arguments: [("single", "1"), ("data", "2"), ("data", "3"), ("model", "2"), ("hybrid", "2")])
    func learnsInEveryMode(mode: String, devices: String) async throws {
        let (events, finished) = try await run([("mode", mode), ("devices", devices), ("epochs", "4")])
        let losses = events.compactMap { if case .epoch(let epoch) = $0 { epoch.training.loss } else { nil } }
        #expect(losses.count == 4)
        #expect(losses[3] < losses[0])
        #expect(finished.steps == 48)
        #expect(finished.training.examples == 192)
        #expect(finished.validation?.examples == 21)
        #expect(finished.weightsSHA256.count == 64)
        #expect((finished.exchangedBytesPerStep > 0) == (mode != "single"))
        let time = finished.time
        #expect(abs(time.compute + time.exchange + time.waiting + time.input + time.other - 1) < 0.05)
    }

    /// Wherever the one who is told throws, the run ends with that error, and its devices are given back.
    @Test(arguments: ["configuration", "devices", "progress", "epoch", "finished"])
    func anErrorOfTheReportEndsTheRun(event name: String) async throws {
        struct Refusal: Error {}
        let trainer = Trainer(try preparation([("devices", "2"), ("steps", "3")]))
        for _ in 0..<2 {
            await #expect(throws: Refusal.self) {
                try await trainer.run { event in
                    if event.json.description.hasPrefix(#"{"event":"\#(name)""#) { throw Refusal() }
                }
            }
        }
    }

    @Test func theSameSeedGivesTheSameWeights() async throws {
        let flags: [(name: String, value: String)] = [
            ("mode", "data"), ("devices", "2"), ("steps", "5"), ("evaluate-every", "0"),
        ]
        let first = try await run(flags).finished
        let second = try await run(flags).finished
        let other = try await run(flags + [("seed", "1")]).finished
        #expect(first.weightsSHA256 == second.weightsSHA256)
        #expect(first.training == second.training)
        #expect(first.weightsSHA256 != other.weightsSHA256)
        #expect(first.validation == nil)
    }

    /// Every so many epochs, after the last in any case, and never where 0 is asked for.
    @Test(arguments: [(every: 1, after: [1, 2, 3, 4, 5]), (2, [2, 4, 5]), (3, [3, 5]), (5, [5]), (9, [5]), (0, [])])
    func validationComesAfterTheEpochsThatWereAskedFor(every: Int, after: [Int]) async throws {
        let events = try await run([("epochs", "5"), ("evaluate-every", "\(every)")]).events
        var validated: [Int] = []
        for case .epoch(let report) in events where report.validation != nil { validated.append(report.epoch) }
        #expect(validated == after)
    }

    @Test func modesAgreeOnTheLoss() async throws {
        let flags: [(name: String, value: String)] = [("steps", "6")]
        let single = try await run(flags + [("mode", "single")]).finished
        for mode in ["data", "model", "hybrid"] {
            let other = try await run(flags + [("mode", mode), ("devices", "2")]).finished
            #expect(abs(other.training.loss - single.training.loss) < 1e-4)
            #expect(abs((other.validation?.loss ?? 0) - (single.validation?.loss ?? 1)) < 1e-4)
        }
    }

    @Test func eventsComeInOrderAsJSONObjects() async throws {
        let (events, _) = try await run([("mode", "model"), ("steps", "13")])
        let objects = try events.map { event in
            try #require(try JSONSerialization.jsonObject(with: Data("\(event.json)".utf8)) as? [String: Any])
        }
        let names = objects.compactMap { $0["event"] as? String }
        let progress = [String](repeating: "progress", count: 12)
        #expect(
            names == ["configuration", "data", "summary", "devices", "kernels"] + progress + [
                "epoch", "progress", "epoch", "finished",
            ])
        let wanted: [String: Set<String>] = [
            "configuration": ["mode", "devices", "batch_size", "learning_rate", "seed"],
            "summary": ["model", "parameters", "layers", "undivided_layers"],
            "devices": ["devices", "warnings"],
            "progress": ["step", "total_steps", "loss", "learning_rate", "images_per_second", "seconds_left"],
            "epoch": [
                "training_loss", "training_top1", "training_top5", "validation_loss", "validation_top1", "validation_top5",
                "seconds",
            ],
            "finished": [
                "images_per_second", "loss", "top1", "top5", "exchanged_bytes_per_step", "weights_sha256", "steps", "compute",
                "exchange", "waiting", "input", "other", "peak_memory_bytes",
            ],
        ]
        for object in objects {
            let name = try #require(object["event"] as? String)
            #expect((wanted[name] ?? []).subtracting(object.keys).isEmpty)
            #expect(object.keys.allSatisfy { $0.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "_" } })
        }
    }

    @Test func aLossThatIsNoNumberStopsTheRun() async throws {
        let preparation = try preparation([
            ("mode", "single"), ("learning-rate", "1e30"), ("steps", "20"), ("model", "alexnet-small"),
        ])
        do {
            try await Trainer(preparation).run { _ in }
            Issue.record("the run did not stop")
        } catch let error as TrainingError {
            guard case .diverged(let value, _) = error else {
                Issue.record("\(error)")
                return
            }
            #expect(value.step > 0 && value.step < 20 && value.device == 0)
            #expect("\(error)".contains("step \(value.step): layer \(value.layer)") && "\(error)".contains("--learning-rate"))
        }
    }

    /// The step is taken, and its loss is finite; the weights that it leaves are too large for any score.
    @Test func anEvaluationThatIsNoNumberStopsTheRunBeforeItIsTold() async throws {
        let preparation = try preparation([
            ("mode", "single"), ("learning-rate", "1e37"), ("weight-decay", "20"), ("steps", "1"), ("warmup-steps", "0"),
        ])
        var events: [TrainingEvent] = []
        let error = await #expect(throws: TrainingError.self) { try await Trainer(preparation).run { events.append($0) } }
        guard case .diverged(let value, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(value.isInEvaluation && "\(value)".contains("evaluation after step 1: layer \(value.layer)"), "\(value)")
        for event in events {
            if case .epoch = event { Issue.record("\(event)") }
            #expect(!["NaN", "Infinity", "\"loss\":null"].contains { event.json.description.contains($0) }, "\(event.json)")
        }
    }

    @Test func whatDoesNotFitIsRefusedBeforeAnythingStarts() {
        #expect(throws: (any Error).self) { try preparation([("batch-size", "2"), ("devices", "4")]) }
        #expect(throws: (any Error).self) { try preparation([("mode", "model"), ("devices", "7")]) }
        #expect(throws: ConfigurationError.self) { try preparation([("classes", "3")]) }
        #expect(throws: (any Error).self) { try preparation([("mode", "single"), ("devices", "2")]) }
    }
}
