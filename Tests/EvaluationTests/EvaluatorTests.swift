import Checkpoints
import Configuration
import Datasets
import Evaluation
import Foundation
import Testing
import Topology
import Training

/// What `evaluate` says is what a run's own validation says, what the mean of all predictions says, and the same on any devices.
@Suite(.serialized) struct EvaluatorTests {
    /// A folder for runs of one test, removed with the value.
    private final class Runs {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("evaluation-" + UUID().uuidString).path

        deinit { try? FileManager.default.removeItem(atPath: path) }

        /// LeNet-5 after an epoch of 12 steps on four outlines: its last checkpoint, and what the run validated.
        func train(_ name: String, _ settings: [String: String] = [:]) async throws -> (path: String, validation: Score) {
            let all = [
                "model": "lenet5", "data": "synthetic:classes=6,train=192,val=40,difficulty=easy,size=40", "batch-size": "16",
                "learning-rate": "0.05", "epochs": "1", "kernels": "standard", "devices": "1", "runs": path, "run": name,
            ].merging(settings) { $1 }
            let given = all.sorted { $0.key < $1.key }.map { GivenSetting(flag: $0.key, $0.value) }
            let finished = try await Trainer(PreparedRun(given: given, on: Machine.discover())).run { _ in }
            let step = String("00000000\(finished.steps)".suffix(8))
            let validation = try #require(finished.validation)
            return ("\(path)/\(name)/checkpoints/step-\(step).safetensors", validation)
        }
    }

    private func evaluate(
        _ weights: [String], _ change: (inout EvaluationRequest) -> Void = { _ in }, given: [(name: String, value: String)] = []
    ) async throws -> EvaluationReport {
        let given = try GivenSetting.flags([("devices", "1"), ("micro-batches", "4"), ("batch-size", "8")] + given)
        var request = EvaluationRequest(weights: weights, given: given)
        change(&request)
        return try await Evaluator(request, on: Machine.discover()).run()
    }

    @Test func itSaysWhatTheRunSaid() async throws {
        let runs = Runs()
        let (path, validation) = try await runs.train("a")
        let report = try await evaluate([path])
        #expect(report.score.images == 40 && report.views == 1 && report.unscored == 0 && report.shift == nil)
        #expect(report.score.top1 == validation.top1 && report.score.top5 == validation.top5)
        #expect(abs(report.score.loss - validation.loss) < 1e-5)
        #expect(report.score.top1 > 0.2 && report.score.top1 < 1, "a share that every mistake has proves nothing")
        let share = report.score.top1
        #expect(report.score.standardError == (share * (1 - share) / 40).squareRoot())
        // Nothing of it follows from the devices.
        for devices in ["2", "3"] {
            #expect(try await evaluate([path], given: [("devices", devices)]) == report)
        }
    }

    /// By hand: softmax of each network's scores, the mean, and what is the largest of it.
    @Test func probabilitiesOfSeveralAreAveraged() async throws {
        let runs = Runs()
        let paths = [try await runs.train("a").path, try await runs.train("b", ["seed": "5"]).path]
        var means = [[Double]](repeating: [Double](repeating: 0, count: 6), count: 40)
        var labels = [Int](repeating: 0, count: 40)
        for path in paths {
            let predictor = try Predictor(
                weights: path, given: GivenSetting.flags([("devices", "1"), ("batch-size", "8"), ("micro-batches", "4")]),
                on: Machine.discover())
            try await predictor.run { prediction in
                let powers = prediction.scores.map { exp(Double($0)) }
                for (place, power) in powers.enumerated() { means[prediction.index][place] += power / powers.reduce(0, +) / 2 }
                labels[prediction.index] = prediction.label!
            }
        }
        let report = try await evaluate(paths)
        let right = zip(means, labels).count { mean, label in mean.firstIndex(of: mean.max()!) == label }
        let loss = zip(means, labels).reduce(0) { $0 - log($1.0[$1.1]) } / 40
        #expect(report.score.top1 == Double(right) / 40)
        #expect(abs(report.score.loss - loss) < 1e-6)
        #expect(report.members.map(\.path) == paths)
        #expect(report.members[0].score != report.members[1].score)
        // The order of the weights is no part of it.
        let other = try await evaluate(paths.reversed())
        #expect(other.score.top1 == report.score.top1 && abs(other.score.loss - report.score.loss) < 1e-12)
        // One that is there alone is itself.
        #expect(try await evaluate([paths[1]]).score == report.members[1].score)
    }

    @Test func viewsAreAveraged() async throws {
        let runs = Runs()
        let (path, _) = try await runs.train("a")
        let plain = try await evaluate([path])
        let ten = try await evaluate([path]) { $0.crops = .ten }
        #expect(ten.views == 10 && ten.score.loss != plain.score.loss)
        let mirrored = try await evaluate([path]) { $0.crops = .mirrored }
        #expect(mirrored.views == 2 && mirrored.score.loss != plain.score.loss)
        let scales = try await evaluate([path]) { ($0.crops, $0.scales) = (.mirrored, [36, 44]) }
        #expect(scales.views == 4)
        // One scale after another is the mean of both, and the set's own is what it is without.
        let own = try await evaluate([path]) { $0.scales = [40] }
        #expect(own == plain)
        #expect(try await evaluate([path], { $0.crops = .ten }, given: [("devices", "3")]) == ten)
    }

    @Test func shiftsAreCounted() async throws {
        let runs = Runs()
        let (path, _) = try await runs.train("a")
        let report = try await evaluate([path]) { $0.shiftedPairs = 4 }
        let shift = try #require(report.shift)
        #expect(shift.pairs == 4 && shift.rows == 12 && shift.columns == 12)
        #expect(shift.share > 0.2 && shift.share < 1 && shift.standardError > 0 && shift.standardError < 0.1)
        #expect(report.score == (try await evaluate([path]).score))
        #expect(try await evaluate([path], { $0.shiftedPairs = 4 }, given: [("devices", "3")]) == report)
        // Other draws, another share of other pairs; of nothing to move, an eighth to either side.
        #expect(try await evaluate([path], { $0.shiftedPairs = 4 }, given: [("seed", "8")]).shift != shift)
        let small = try await evaluate([path]) { ($0.shiftedPairs, $0.scales) = (1, [28]) }
        #expect(small.shift?.rows == 6 && small.shift?.columns == 6)
    }

    private func message(_ weights: [String], _ change: (inout EvaluationRequest) -> Void = { _ in }) async -> String {
        do {
            _ = try await evaluate(weights, change)
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    @Test func whatCannotBeEvaluatedTogetherIsSaid() async throws {
        let runs = Runs()
        let (path, _) = try await runs.train("a")
        let nine = try await runs.train(
            "b", ["data": "synthetic:classes=9,train=192,val=40,size=40", "steps": "1"].removing("epochs")
        )
        .path
        let fewer = await message([path, nine])
        #expect(fewer.contains("tells 6 classes apart and \(nine) 9"), "\(fewer)")
        #expect(await message([path, path]).contains("is given twice"))
        #expect(await message([]).contains("no weights are given"))
        #expect(await message(["/nowhere.safetensors"]).contains("/nowhere.safetensors"))
        #expect(await message([path]) { $0.shiftedPairs = -1 }.contains("--shift-consistency -1"))
        let room = await message([path]) { ($0.crops, $0.scales) = (.five, [28]) }
        #expect(room.contains("crops of corners have no room") && room.contains("--crops mirrored"), "\(room)")
        #expect(await message([path]) { $0.scales = [20] }.contains("leaves less of an image"))
        // Other classes of the same number: of another data set, and not in its order.
        var saved = try Checkpoint(path: path)
        let names = try #require(saved.metadata["data.class_names"])
        saved.metadata["data.class_names"] = names.replacing("disc", with: "ball")
        let renamed = runs.path + "/renamed.safetensors"
        try saved.write(to: renamed)
        let other = await message([path, renamed])
        #expect(other.contains("class 0 is disc in") && other.contains("and ball in"), "\(other)")
    }

    @Test func numbersOfScalesAreRead() throws {
        #expect(try EvaluationRequest.scales("256, 384,512") == [256, 384, 512])
        for text in ["", "0", "256,", "256,256", "a", "-1", "1e3", "5000"] {
            #expect(throws: ConfigurationError.self, "\(text)") { try EvaluationRequest.scales(text) }
        }
    }
}

extension [String: String] {
    fileprivate func removing(_ key: String) -> [String: String] { filter { $0.key != key } }
}
