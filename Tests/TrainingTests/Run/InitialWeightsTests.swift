import Checkpoints
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

    @Test func aFileThatIsNoneIsNamed() throws {
        let fixture = try RunFixture()
        #expect(throws: CheckpointError.self) {
            try fixture.prepare(RunFixture.small.merging(["init-from": "/nowhere/weights.safetensors"]) { $1 })
        }
    }
}
