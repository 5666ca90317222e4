import Checkpoints
import Foundation
import Testing
import Training

/// What `--resume` finds, and what it refuses.
@Suite(.serialized) struct ResumePointTests {
    @Test func autoIsTheRunThatWasSavedLast() async throws {
        let fixture = try RunFixture()
        let first = try await fixture.begin(["steps": "4"]) { $0.isStep(2) }
        let second = try await fixture.begin(["steps": "4"]) { $0.isStep(3) }
        #expect(first.folder != second.folder)
        #expect(try ResumePoint("auto", run: nil, runs: fixture.path).saved?.path == second.stopped?.checkpoint)
        #expect(try ResumePoint("auto", run: first.folder, runs: fixture.path).saved?.path == first.stopped?.checkpoint)
    }

    @Test(arguments: ["auto", "/nowhere/run", "/nowhere/step-00000001.safetensors"])
    func whatIsNotThereIsAnError(request: String) throws {
        let fixture = try RunFixture()
        #expect { try ResumePoint(request, run: nil, runs: fixture.path) } throws: { error in
            guard case .missingFile(_, let remedy) = error as? TrainingError else { return false }
            return remedy.contains("--resume")
        }
    }

    @Test func anEarlierCheckpointBeginsAnotherFolder() async throws {
        let fixture = try RunFixture()
        let run = try await fixture.begin(["epochs": "2", "save-every": "5", "keep": "9", "run": "a"])
        let checkpoints = fixture.path + "/a/checkpoints/step-000000"
        let before = try Set(FileManager.default.contentsOfDirectory(atPath: fixture.path + "/a/checkpoints"))
        let branch = try await fixture.run(["resume": checkpoints + "10.safetensors"])
        #expect(branch.folder?.hasSuffix("lenet5-data-1") == true)
        #expect(branch.result == run.result)
        #expect(try Set(FileManager.default.contentsOfDirectory(atPath: fixture.path + "/a/checkpoints")) == before)
        let last = try await fixture.run(["resume": checkpoints + "24.safetensors"])
        #expect(last.folder == run.folder)
        let named = try await fixture.run(["resume": checkpoints + "24.safetensors", "run": "b"])
        #expect(named.folder == fixture.path + "/b")
    }

    @Test func aDamagedCheckpointIsPassedOverAndSaid() async throws {
        let fixture = try RunFixture()
        _ = try await fixture.begin(["epochs": "2", "save-every": "5", "run": "a"])
        let newest = URL(fileURLWithPath: fixture.path + "/a/checkpoints/step-00000024.safetensors")
        var bytes = try Data(contentsOf: newest)
        bytes[bytes.count - 7] ^= 1
        try bytes.write(to: newest)
        let point = try ResumePoint("auto", run: fixture.path + "/a", runs: "")
        #expect(point.saved?.step == 20)
        #expect(point.rejected.count == 1)
        #expect("\(point.rejected)".contains("step-00000024"))
        #expect(throws: CheckpointError.self) { try ResumePoint(newest.path, run: nil, runs: "") }
    }

    /// What a resume passes over is set aside and said; the run that goes on ends as the undisturbed one, and its best is its own.
    @Test func aDamagedCheckpointIsSetAside() async throws {
        let fixture = try RunFixture()
        let run = try await fixture.begin(["epochs": "2", "save-every": "5", "run": "a"])
        let newest = URL(fileURLWithPath: fixture.path + "/a/checkpoints/step-00000024.safetensors")
        var bytes = try Data(contentsOf: newest)
        bytes[bytes.count - 7] ^= 1
        try bytes.write(to: newest)
        let resumed = try await fixture.resume()
        #expect(resumed.result == run.result)
        let warnings = resumed.events.compactMap { if case .run(let report) = $0 { report.warnings } else { nil } }.joined()
        #expect(warnings.contains { $0.contains("passed over") && $0.contains("step-00000024") })
        #expect(warnings.contains { $0.contains("is set aside as \(newest.path).set-aside") })
        #expect(try Data(contentsOf: URL(fileURLWithPath: newest.path + ".set-aside")) == bytes)
        #expect(throws: Never.self) { try Checkpoint(path: newest.path) }
    }

    @Test func allCheckpointsDamagedIsAnError() async throws {
        let fixture = try RunFixture()
        let run = try await fixture.begin(["steps": "2"])
        let path = try #require(run.folder) + "/checkpoints/step-00000002.safetensors"
        try Data("nothing".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: CheckpointError.self) { try ResumePoint("auto", run: nil, runs: fixture.path) }
    }

    @Test func aRunIsNeverWrittenOver() async throws {
        let fixture = try RunFixture()
        let run = try await fixture.begin(["steps": "2", "run": "a"])
        await #expect(throws: CheckpointError.self) { try await fixture.begin(["steps": "2", "run": "a"]) }
        #expect(try await fixture.resume(["run": "a"]).result == run.result)
    }

    @Test func aRunInUseIsRefusedByNameOfTheProcess() async throws {
        let fixture = try RunFixture()
        let run = try fixture.prepare(RunFixture.small.merging(["run": "a"]) { $1 })
        #expect { try fixture.prepare(["resume": "auto"]) } throws: { error in
            guard case .locked(let path, let holder) = error as? CheckpointError else { return false }
            return path == run.record?.path && holder.contains("process \(getpid())")
        }
    }

    @Test func aWrongSettingMakesNoFolder() throws {
        let fixture = try RunFixture()
        #expect(throws: (any Error).self) { try fixture.prepare(["model": "lenet5", "data": "/nowhere"]) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: fixture.path).isEmpty)
    }
}
