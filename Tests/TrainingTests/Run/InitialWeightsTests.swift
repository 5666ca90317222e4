import Checkpoints
import Configuration
import Foundation
import ModelZoo
import Networks
import Tensors
import Testing
import Training

/// A run that begins with the weights of a file.
@Suite(.serialized) struct InitialWeightsTests {
    private func parameters() throws -> [Parameter] {
        try ModelZoo.network(named: "lenet5", classes: 4).graph(batchSize: 1, purpose: .training).parameters
    }

    private func message(_ tensors: [Checkpoint.NamedTensor]) throws -> String {
        let fixture = try RunFixture()
        let path = fixture.path + "/weights.safetensors"
        try Checkpoint(step: 0, tensors: tensors).write(to: path)
        do {
            _ = try fixture.prepare(RunFixture.small.merging(["init-from": path]) { $1 })
            return "no error"
        } catch let error as TrainingError {
            #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.path) == ["weights.safetensors"])
            return "\(error)"
        }
    }

    @Test func aCheckpointGivesItsWeightsAndNothingElse() async throws {
        let fixture = try RunFixture()
        let first = try await fixture.begin(["epochs": "2", "run": "a"])
        let checkpoint = fixture.path + "/a/checkpoints/step-00000024.safetensors"
        // A step at a rate too small to change anything.
        let settings = ["init-from": checkpoint, "steps": "1", "learning-rate": "1e-30", "seed": "9", "run": "b"]
        let second = try await fixture.begin(settings)
        #expect(second.finished?.weightsSHA256 == first.finished?.weightsSHA256)
        // The path is a setting that reproduces the run, and does not count any more when it goes on.
        #expect(try fixture.text("b/configuration.yaml").contains("init-from: \"\(checkpoint)\""))
        try FileManager.default.removeItem(atPath: checkpoint)
        #expect(try await fixture.resume(["run": "b"]).result == second.result)
    }

    @Test func whatDoesNotFitIsListed() throws {
        let all = try parameters().map { Checkpoint.NamedTensor($0.name, HostTensor(zeros: $0.shape)) }
        #expect(try message(all) == "no error")
        let missing = try message(all.filter { $0.name != "fc4.bias" })
        #expect(missing.contains("missing: fc4.bias") && missing.contains("lenet5"), "\(missing)")
        let extra = try message(all + [Checkpoint.NamedTensor("fc6.weight", HostTensor(zeros: [2, 3]))])
        #expect(extra.contains("not in the network: fc6.weight"), "\(extra)")
        var other = all
        other[0].tensor = HostTensor(zeros: [1, 2])
        let misshaped = try message(other)
        #expect(misshaped.contains("of another shape: conv1.weight"), "\(misshaped)")
    }

    /// What wrappers of PyTorch put before every name, one or several.
    @Test(arguments: ["module.", "_orig_mod.", "module._orig_mod.", "model.", "module.net."])
    func aPrefixOfAllNamesIsUnderstood(prefix: String) throws {
        let all = try parameters().map { Checkpoint.NamedTensor(prefix + $0.name, HostTensor(zeros: $0.shape)) }
        #expect(try message(all) == "no error")
        // One name without it, and it is a prefix of nothing.
        let bare = Checkpoint.NamedTensor("x.weight", HostTensor(zeros: [1]))
        #expect(try message(all + [bare]).contains("not in the network: \(prefix)conv1.weight"))
    }

    /// A head of other classes: the message names two ways, and both work.
    @Test func theRemediesOfAMessageWork() async throws {
        let fixture = try RunFixture()
        let path = fixture.path + "/weights.safetensors"
        var tensors = try parameters().map {
            ($0.name, HostTensor($0.shape, Array(repeating: 0.015625, count: $0.shape.elementCount)))
        }
        let head = tensors.count - 2
        tensors[head].1 = HostTensor(zeros: [9, tensors[head].1.shape[1]])
        tensors[head + 1].1 = HostTensor(zeros: [9])
        try SafeTensorsFile.write(tensors, to: path)
        let settings = ["init-from": path, "steps": "1", "learning-rate": "1e-30", "run-folder": "false"]
        let error = #expect(throws: TrainingError.self) { try fixture.prepare(RunFixture.small.merging(settings) { $1 }) }
        let text = "\(try #require(error))"
        #expect(text.contains("of another shape: fc5.weight 9 × 84, not 4 × 84"), "\(text)")
        #expect(text.contains("--init-partial to take the 8 of 10") && text.contains("--classes 9"), "\(text)")

        let more = try await fixture.begin(settings.merging(["classes": "9"]) { $1 })
        #expect(more.finished?.steps == 1)
        let partial = try await fixture.begin(settings.merging(["init-partial": "true"]) { $1 })
        let seeded = try await fixture.begin(["steps": "1", "learning-rate": "1e-30", "run-folder": "false"])
        #expect(partial.finished?.steps == 1 && partial.finished?.weightsSHA256 != seeded.finished?.weightsSHA256)
        let warnings = partial.events.compactMap { if case .run(let report) = $0 { report.warnings } else { nil } }.joined()
        #expect(warnings.contains { $0.contains("gives 8 of 10 parameters") && $0.contains("fc5.bias 9, not 4") }, "\(warnings)")
    }

    /// What is advised to somebody who applies weights whose head tells `classes` apart.
    private func advice(onHeadOf classes: Int) throws -> String {
        let fixture = try RunFixture()
        let path = fixture.path + "/weights.safetensors"
        var tensors = try parameters().map { ($0.name, HostTensor(zeros: $0.shape)) }
        let head = tensors.count - 2
        tensors[head].1 = HostTensor(zeros: [classes, 84])
        tensors[head + 1].1 = HostTensor(zeros: [classes])
        try SafeTensorsFile.write(tensors, to: path)
        do {
            _ = try InitialWeights(path: path, for: parameters(), of: "lenet5", purpose: .prediction)
            return "nothing was thrown"
        } catch TrainingError.weightsDoNotFit(_, _, _, _, _, let remedy) {
            return remedy
        }
    }

    /// One class is enough for a network; a file without any belongs to none.
    @Test func classesAreOnlyAdvisedThatANetworkMayHave() throws {
        #expect(try advice(onHeadOf: 1) == "give --classes 1 to train or apply the network that the file belongs to")
        #expect(try advice(onHeadOf: 0) == "give weights of lenet5")
    }

    /// A file for images of another size: what is said would do.
    @Test func aSizeThatTheFileIsNotOfIsNotAdvised() throws {
        let fixture = try RunFixture()
        func parameters(_ size: Int?, classes: Int = 10) throws -> [Parameter] {
            try ModelZoo.network(named: "lenet5", classes: classes, inputSize: size).graph(batchSize: 1, purpose: .inference)
                .parameters
        }
        func advice(weights: [Parameter], asked size: Int?) throws -> String {
            let path = fixture.path + "/\(size ?? 0).safetensors"
            try SafeTensorsFile.write(weights.map { ($0.name, HostTensor(zeros: $0.shape)) }, to: path)
            do {
                _ = try InitialWeights(path: path, for: parameters(size), of: "lenet5", inputSize: size, purpose: .prediction)
                return "nothing was thrown"
            } catch TrainingError.weightsDoNotFit(_, _, _, _, _, let remedy) {
                return remedy
            }
        }
        let end = "to train or apply the network that the file belongs to"
        #expect(try advice(weights: parameters(nil), asked: 36) == "give --classes 10, and no --input-size, \(end)")
        #expect(try advice(weights: parameters(36, classes: 7), asked: 36) == "give --classes 7 \(end)")
        #expect(try advice(weights: parameters(36), asked: nil) == "give weights of lenet5")
    }

    /// Of the file what fits; the rest as without a file.
    @Test func aPartialFileGivesWhatFits() async throws {
        let fixture = try RunFixture()
        let path = fixture.path + "/weights.safetensors"
        let all = try parameters()
        let given = HostTensor(all[0].shape, (0..<all[0].shape.elementCount).map { Float($0) / 64 })
        try SafeTensorsFile.write([(all[0].name, given), ("other", HostTensor(zeros: [3]))], to: path)
        let settings = ["steps": "1", "learning-rate": "1e-30"]
        let partial = try await fixture.begin(
            settings.merging(["init-from": path, "init-partial": "true", "run": "a"]) { $1 })
        let seeded = try await fixture.begin(settings.merging(["run": "b"]) { $1 })
        let names = ["a", "b"].map { fixture.path + "/\($0)/checkpoints/step-00000001.safetensors" }
        let (one, other) = (try Checkpoint(path: names[0]), try Checkpoint(path: names[1]))
        #expect(partial.finished != nil && seeded.finished != nil)
        // The one step is too small to change anything but zeros.
        func isSame(_ a: HostTensor?, _ b: HostTensor?) -> Bool {
            guard let a, let b, a.shape == b.shape else { return false }
            return zip(a.values, b.values).allSatisfy { abs($0 - $1) < 1e-25 }
        }
        #expect(isSame(one.tensor(named: all[0].name), given))
        for parameter in all.dropFirst() {
            #expect(isSame(one.tensor(named: parameter.name), other.tensor(named: parameter.name)))
        }
        // A setting of the run, which it keeps when it goes on.
        #expect(try fixture.text("a/configuration.yaml").contains("init-partial: true"))
        #expect(throws: ConfigurationError.self) {
            try fixture.prepare(["resume": fixture.path + "/a", "init-partial": "false"])
        }
        #expect(throws: ConfigurationError.self) {
            try fixture.prepare(RunFixture.small.merging(["init-partial": "true"]) { $1 })
        }
    }

    @Test(arguments: [Float.nan, .infinity, -.infinity]) func weightsThatAreNotFiniteAreRefused(bad: Float) throws {
        let fixture = try RunFixture()
        let path = fixture.path + "/weights.safetensors"
        var tensors = try parameters().map { ($0.name, HostTensor(zeros: $0.shape)) }
        tensors[2].1.values[7] = bad
        try SafeTensorsFile.write(tensors, to: path)
        let error = #expect(throws: CheckpointError.self) {
            try fixture.prepare(RunFixture.small.merging(["init-from": path]) { $1 })
        }
        #expect(error.map { "\($0)" }?.contains("element 7 of \(tensors[2].0)") == true)
    }

    @Test func aFileThatIsNoneIsNamed() throws {
        let fixture = try RunFixture()
        #expect(throws: CheckpointError.self) {
            try fixture.prepare(RunFixture.small.merging(["init-from": "/nowhere/weights.safetensors"]) { $1 })
        }
    }
}
