import Checkpoints
import Configuration
import Foundation
import Testing
import Training

/// The system refuses one operation on the run's files, and every operation once.
@Suite(.serialized) struct RefusedDiskTests {
    private let settings = RunFixture.small.merging(["epochs": "2", "save-every": "5", "run": "a"]) { $1 }

    @Test func whateverIsRefusedTheOlderCheckpointIsKept() async throws {
        let undisturbed = try RunFixture()
        let counted = FaultyFiles()
        let result = try await undisturbed.run(settings, files: counted).result
        #expect(counted.history.count > 80)
        // Every operation on small files, and of the many equal writes of tensors only some.
        let numbers = counted.history.indices.filter { counted.history[$0].operation != .write || $0 % 7 == 0 }.map { $0 + 1 }
        for number in numbers {
            let fixture = try RunFixture()
            let files = FaultyFiles(fault: FileFault(.halfWay(code: ENOSPC), at: number))
            let event = counted.history[number - 1]
            do {
                let outcome = try await fixture.run(settings, files: files)
                // Only an older checkpoint that cannot be removed is no reason to stop.
                #expect(event.operation == .remove, "\(event)")
                #expect(outcome.result == result)
            } catch let error as CheckpointError {
                #expect(error.category == .inputOutput, "\(error)")
                #expect("\(error)".contains("No space left on device") && "\(error)".contains("free some space"))
            }
            let left = FileManager.default.enumerator(atPath: fixture.path)?.compactMap { $0 as? String } ?? []
            #expect(!left.contains { $0.hasSuffix(".partial") }, "\(event): \(left)")
            for name in left where name.hasSuffix(".safetensors") {
                #expect(throws: Never.self) { try Checkpoint(path: fixture.path + "/" + name) }
            }
            guard left.contains("a/configuration.yaml") else { continue }
            #expect(try await fixture.resume(["run": "a"]).result == result, "\(event)")
        }
    }
}
