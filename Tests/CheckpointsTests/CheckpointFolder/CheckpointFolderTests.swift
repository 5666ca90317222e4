import Checkpoints
import Testing

@Suite struct CheckpointFolderTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func checkpoints(keeping count: Int = 2) throws -> CheckpointFolder {
        let checkpoints = CheckpointFolder(path: folder["run"], keeping: count)
        try checkpoints.prepare()
        return checkpoints
    }

    private func steps() throws -> [Int] { try CheckpointFolder(path: folder["run"]).list().map(\.step) }

    @Test func findsNothingWhereThereIsNothing() throws {
        let nowhere = CheckpointFolder(path: folder["nowhere"])
        #expect(try nowhere.list().isEmpty)
        #expect(try nowhere.best() == nil)
        #expect(try nowhere.latest().newest == nil)
        #expect(try nowhere.setAside(after: 0).isEmpty)
        #expect(try checkpoints().latest().newest == nil)
    }

    /// A new folder's name reaches the disk, in the folder above it, before anything is saved in it; however the path is written.
    @Test(arguments: [
        ("/runs/a", "/runs"), ("runs/a//", "runs"), ("/a", "/"), ("a", "."), ("a/", "."), ("/", "/"),
    ]) func aNewFolderReachesTheDisk(path: String, above: String) throws {
        let files = FaultyFiles(CrashingFiles(CrashingFiles.Disk()))
        let checkpoints = CheckpointFolder(path: path, files: files)
        try checkpoints.prepare()
        let first = ["create the folder \(path)", "flush the folder \(above)"]
        #expect(files.history.map(\.description) == first)
        // Once it is there, nothing has to reach the disk.
        try checkpoints.prepare()
        #expect(files.history.map(\.description) == first + ["create the folder \(path)"])
    }

    /// Names that are like those of steps, and are none; that of step 0 is one.
    @Test func stepsAreReadFromTheirOwnNamesAlone() throws {
        let checkpoints = try checkpoints()
        for name in [
            "step--12345678.safetensors", "step-1.safetensors", "step-000000001.safetensors", "step-+0000001.safetensors",
            "step-00000001.safetensors.bak",
        ] {
            try folder.write("run/" + name, [1])
        }
        try checkpoints.save(.sample(step: 0))
        #expect(try steps() == [0])
        #expect(try checkpoints.latest().newest?.checkpoint == .sample(step: 0))
    }

    @Test func keepsTheLastOfThem() throws {
        let checkpoints = try checkpoints(keeping: 2)
        for step in [5, 100, 99_999_999, 100_000_000] { try checkpoints.save(.sample(step: step)) }
        #expect(
            try folder.names(in: "run") == ["step-100000000.safetensors", "step-99999999.safetensors"])
        let newest = try #require(try checkpoints.latest().newest)
        #expect(newest.checkpoint == .sample(step: 100_000_000))
        #expect(newest.file.path == folder["run/step-100000000.safetensors"])
    }

    @Test func keepsTheBestThroughRestarts() throws {
        for (step, score) in [(1, 0.1), (2, 0.9), (3, 0.3), (4, .nan), (4, .infinity), (5, 0.9), (6, nil)] as [(Int, Double?)] {
            try checkpoints(keeping: 1).save(.sample(step: step, score: score))
        }
        #expect(try steps() == [2, 6])
        let best = try #require(try checkpoints().best())
        #expect(best.step == 2)
        #expect(try Checkpoint(path: best.path) == .sample(step: 2, score: 0.9))
    }

    @Test func tellsWhatMadeRoom() throws {
        let checkpoints = try checkpoints(keeping: 1)
        #expect(try checkpoints.save(.sample(step: 1)).removed.isEmpty)
        let saved = try checkpoints.save(.sample(step: 2))
        #expect(saved.file.path == folder["run/step-00000002.safetensors"])
        #expect(saved.removed.map(\.step) == [1])
        #expect(saved.warnings.isEmpty)
    }

    @Test func replacesTheCheckpointOfTheSameStep() throws {
        let checkpoints = try checkpoints()
        try checkpoints.save(.sample(step: 1, score: 0.25))
        try checkpoints.save(.sample(step: 1, score: 0.75))
        #expect(try checkpoints.latest().newest?.checkpoint.score == 0.75)
        #expect(try steps() == [1])
    }

    @Test func neverRemovesTheOneJustSaved() throws {
        let checkpoints = try checkpoints(keeping: 1)
        try checkpoints.save(.sample(step: 9))
        try checkpoints.save(.sample(step: 3))
        #expect(try steps() == [3, 9])
    }

    @Test func removesUnfinishedFilesAndNothingElse() throws {
        _ = try checkpoints()
        let others = [
            "step-00000001.safetensors.partial.bak", "step-1.safetensors", "step-1.safetensors.partial", "notes.txt",
            "notes.partial",
            "step-00000007.safetensors", "step-00000008.safetensors",
        ]
        for name in others { try folder.write("run/" + name, [1, 2, 3]) }
        // What looks like a checkpoint and holds weights of others is not ours to remove.
        try folder.write("run/step-00000008.safetensors", safeTensorsBytes(header: "{}"))
        try folder.write("run/step-00000002.safetensors.partial", [1])
        let checkpoints = try checkpoints(keeping: 1)
        #expect(try folder.names(in: "run") == others.sorted())
        for step in [9, 10] { try checkpoints.save(.sample(step: step)) }
        #expect(try folder.names(in: "run") == (others + ["step-00000010.safetensors"]).sorted())
    }

    @Test func passesOverWhatIsDamagedAndSaysSo() throws {
        let checkpoints = try checkpoints(keeping: 9)
        for step in 1...6 { try checkpoints.save(.sample(step: step)) }
        let whole = try folder.bytes(of: "run/step-00000006.safetensors")
        try folder.write("run/step-00000006.safetensors", [])
        try folder.write("run/step-00000005.safetensors", whole.dropLast(4))
        var flipped = try folder.bytes(of: "run/step-00000004.safetensors")
        flipped[flipped.count - 9] ^= 16
        try folder.write("run/step-00000004.safetensors", flipped)
        // A whole checkpoint under the name of another step.
        try folder.write("run/step-00000003.safetensors", whole)

        let recovery = try checkpoints.latest()
        #expect(recovery.newest?.checkpoint == .sample(step: 2))
        #expect(recovery.rejected.count == 4)
        let parts = [("00000006", "too few"), ("00000005", "bytes of data"), ("00000004", "damaged"), ("00000003", "of step 6")]
        for (error, (name, problem)) in zip(recovery.rejected, parts) {
            #expect("\(error)".contains(name) && "\(error)".contains(problem), "\(error)")
        }
        #expect(try steps() == [1, 2, 3, 4, 5, 6])
    }

    @Test func worksThroughALinkAndWithASlashAtTheEnd() throws {
        try checkpoints().save(.sample(step: 1))
        let link = try folder.link("link", to: "run")
        let checkpoints = CheckpointFolder(path: link + "/")
        try checkpoints.prepare()
        try checkpoints.save(.sample(step: 2))
        #expect(try steps() == [1, 2])
    }
}
