import Checkpoints
import Glibc
import Testing

/// What lies after the checkpoint that a run goes on from: it neither counts nor is the best any more, and nothing of it is lost.
@Suite struct SettingAsideTests {
    private static func checkpoints(_ folder: TemporaryFolder, keeping count: Int = 9) throws -> CheckpointFolder {
        let checkpoints = CheckpointFolder(path: folder["run"], keeping: count)
        try checkpoints.prepare()
        return checkpoints
    }

    /// Steps 1 to 5, of which the last two are damaged, and 5 would be the best by its header.
    private static func prepare(_ folder: TemporaryFolder) throws -> CheckpointFolder {
        let checkpoints = try checkpoints(folder)
        for step in 1...5 { try checkpoints.save(.sample(step: step, score: Double(step) / 10)) }
        for step in 4...5 {
            let name = "run/step-0000000\(step).safetensors"
            var bytes = try folder.bytes(of: name)
            bytes[bytes.count - 5] ^= 1
            try folder.write(name, bytes)
        }
        return checkpoints
    }

    @Test func whatIsPassedOverNeitherCountsNorIsTheBest() throws {
        let folder = try TemporaryFolder()
        let checkpoints = try Self.prepare(folder)
        let damaged = try (4...5).map { try folder.bytes(of: "run/step-0000000\($0).safetensors") }
        let start = try #require(try checkpoints.latest().newest)
        #expect(start.file.step == 3)
        #expect(try checkpoints.best()?.step == 5)
        let done = try checkpoints.setAside(after: 3)
        #expect(done.map(\.file.step) == [4, 5])
        #expect(done.map(\.path) == [4, 5].map { folder["run/step-0000000\($0).safetensors.set-aside"] })
        #expect(try checkpoints.best()?.step == 3)
        #expect(try checkpoints.list().map(\.step) == [1, 2, 3])
        let after = try checkpoints.latest()
        #expect(after.newest?.file.step == 3 && after.rejected.isEmpty)

        // The run goes on and keeps two: its own.
        let going = CheckpointFolder(path: folder["run"], keeping: 2)
        for step in 4...6 { try going.save(.sample(step: step)) }
        #expect(try going.list().map(\.step) == [3, 5, 6])
        for (step, bytes) in zip(4...5, damaged) {
            #expect(try folder.bytes(of: "run/step-0000000\(step).safetensors.set-aside") == bytes)
        }
        #expect(try checkpoints.setAside(after: 6).isEmpty)
    }

    @Test func nothingSetAsideIsWrittenOver() throws {
        let folder = try TemporaryFolder()
        let checkpoints = try Self.checkpoints(folder)
        var places: [String] = []
        for score in [0.1, 0.2, 0.3] {
            try checkpoints.save(.sample(step: 1))
            try checkpoints.save(.sample(step: 2, score: score))
            places += try checkpoints.setAside(after: 1).map(\.path)
        }
        #expect(places == ["", "-2", "-3"].map { folder["run/step-00000002.safetensors.set-aside"] + $0 })
        #expect(try places.map { try Checkpoint(path: $0).score } == [0.1, 0.2, 0.3])
    }

    @Test func theSystemRefusing() throws {
        let folder = try TemporaryFolder()
        let operations = FaultyFiles()
        _ = try Self.prepare(folder)
        try CheckpointFolder(path: folder["run"], files: operations).setAside(after: 3)
        #expect(operations.history.map(\.operation) == [.rename, .rename, .flushFolder])
        for number in 1...3 {
            let folder = try TemporaryFolder()
            _ = try Self.prepare(folder)
            let files = FaultyFiles(fault: FileFault(.refusal(code: EIO), at: number))
            expectError(.inputOutput, naming: folder["run"], String(cString: strerror(EIO))) {
                try CheckpointFolder(path: folder["run"], files: files).setAside(after: 3)
            }
            try Self.isInOrder(folder)
        }
    }

    @Test(arguments: FileFault.Moment.allCases) func aKill(moment: FileFault.Moment) async throws {
        for number in 1...3 {
            let folder = try TemporaryFolder()
            _ = try Self.prepare(folder)
            let (path, momentName) = (folder["run"], moment.rawValue)
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [path = path as String, number = number as Int, momentName = momentName as String] in
                let fault = try #require(FileFault("kill-\(momentName):\(number)"))
                try CheckpointFolder(path: path, files: FaultyFiles(fault: fault)).setAside(after: 3)
            }
            try Self.isInOrder(folder)
        }
    }

    /// Power that fails anywhere in it leaves the same checkpoint to go on from, and every byte of the others.
    @Test func aPowerFailure() throws {
        let files = CrashingFiles(CrashingFiles.Disk(folders: ["run"]))
        let checkpoints = CheckpointFolder(path: "run", keeping: 9, files: files)
        for step in 1...4 { try checkpoints.save(.sample(step: step)) }
        let disk = try #require(files.disksAfterCrash().first)
        let whole = CrashingFiles(disk)
        try CheckpointFolder(path: "run", files: whole).setAside(after: 2)
        for last in 0...whole.operationCount {
            let files = CrashingFiles(disk, lastOperation: last)
            _ = try? CheckpointFolder(path: "run", files: files).setAside(after: 2)
            for left in files.disksAfterCrash() {
                let again = CrashingFiles(left)
                let checkpoints = CheckpointFolder(path: "run", keeping: 9, files: again)
                try checkpoints.setAside(after: 2)
                #expect(try checkpoints.latest().newest?.checkpoint == .sample(step: 2))
                let names = try again.names(in: "run")
                #expect(names.count == 4 && names.count { $0.contains("set-aside") } == 2)
                for name in names where name.contains("set-aside") {
                    let checkpoint = try Checkpoint(path: "run/" + name, files: again)
                    #expect(checkpoint == .sample(step: checkpoint.step) && checkpoint.step > 2)
                }
            }
        }
    }

    /// After whatever went wrong, the same again does what is left to do, and five files are still there.
    private static func isInOrder(_ folder: TemporaryFolder) throws {
        let checkpoints = try checkpoints(folder)
        #expect(try checkpoints.latest().newest?.checkpoint == .sample(step: 3, score: 3.0 / 10))
        try checkpoints.setAside(after: 3)
        #expect(try checkpoints.list().map(\.step) == [1, 2, 3])
        #expect(try folder.names(in: "run").count == 5)
    }
}
