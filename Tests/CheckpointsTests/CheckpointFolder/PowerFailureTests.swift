import Checkpoints
import Testing

/// What is left of a run when the power fails inside a save.
@Suite struct PowerFailureTests {
    /// A disk with checkpoints of steps 10 and 20, flushed, of which one is kept besides the best.
    private static func begin(keeping count: Int) throws -> CrashingFiles.Disk {
        let files = CrashingFiles(CrashingFiles.Disk(folders: ["run"]))
        let folder = CheckpointFolder(path: "run/checkpoints", keeping: count, files: files)
        try folder.prepare()
        try folder.save(.sample(step: 10))
        try folder.save(.sample(step: 20))
        try files.flushFolder("run/checkpoints")
        return try #require(files.disksAfterCrash().first)
    }

    /// The step of the newest valid checkpoint on a disk, after a new start on it; the content is held to that of the step.
    private static func newestStep(on disk: CrashingFiles.Disk, keeping count: Int) throws -> Int? {
        let folder = CheckpointFolder(path: "run/checkpoints", keeping: count, files: CrashingFiles(disk))
        try folder.prepare()
        let found = try folder.latest().newest
        if let found { #expect(found.checkpoint == .sample(step: found.checkpoint.step)) }
        return found?.checkpoint.step
    }

    @Test(arguments: [1, 2])
    func leavesTheOldCheckpointOrTheNewWhereverItStrikes(keeping count: Int) throws {
        let disk = try Self.begin(keeping: count)
        let whole = CrashingFiles(disk)
        try CheckpointFolder(path: "run/checkpoints", keeping: count, files: whole).save(.sample(step: 30))
        #expect(whole.operationCount > 8)

        var seen = Set<Int>()
        for lastOperation in 0...whole.operationCount {
            let files = CrashingFiles(disk, lastOperation: lastOperation)
            let isSaved =
                (try? CheckpointFolder(path: "run/checkpoints", keeping: count, files: files).save(.sample(step: 30))) != nil
            for left in files.disksAfterCrash() {
                let step = try #require(try Self.newestStep(on: left, keeping: count), "after operation \(lastOperation)")
                #expect(step == 30 || (step == 20 && !isSaved), "after operation \(lastOperation)")
                seen.insert(step)
            }
        }
        #expect(seen == [20, 30])
    }

    /// The control: on a disk that lies about flushes, the same search finds that all is lost.
    @Test func findsTheLossWhereNothingIsFlushed() throws {
        let disk = try Self.begin(keeping: 1)
        let files = CrashingFiles(disk, ignoresFlush: true)
        try CheckpointFolder(path: "run/checkpoints", keeping: 1, files: files).save(.sample(step: 30))
        #expect(try files.disksAfterCrash().contains { try Self.newestStep(on: $0, keeping: 1) == nil })
    }
}
