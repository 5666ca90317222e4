import Checkpoints
import Glibc
import Testing

/// What a save does when the system refuses one of its operations, and what is left when the process is killed in it.
@Suite struct FaultTests {
    private static func prepare(_ folder: TemporaryFolder) throws {
        let checkpoints = CheckpointFolder(path: folder["checkpoints"], keeping: 1)
        try checkpoints.prepare()
        try checkpoints.save(.sample(step: 10))
        try checkpoints.save(.sample(step: 20))
    }

    /// The operations of the save of step 30.
    private static func operations() throws -> [FaultyFiles.Event] {
        let folder = try TemporaryFolder()
        try prepare(folder)
        let files = FaultyFiles()
        try CheckpointFolder(path: folder["checkpoints"], keeping: 1, files: files).save(.sample(step: 30))
        return files.history
    }

    @Test func aSaveIsTheseOperations() throws {
        #expect(
            try Self.operations().map(\.operation) == [
                .create, .write, .write, .write, .write, .write, .flush, .rename, .flushFolder, .remove,
            ])
    }

    @Test(arguments: [ENOSPC, EACCES, EIO])
    func anyRefusalLeavesTheOldCheckpointAndNoUnfinishedFile(code: Int32) throws {
        for (index, event) in try Self.operations().enumerated() {
            for effect in [FileFault.Effect.refusal(code: code), .halfWay(code: code)] {
                let folder = try TemporaryFolder()
                try Self.prepare(folder)
                let files = FaultyFiles(fault: FileFault(effect, at: index + 1))
                let checkpoints = CheckpointFolder(path: folder["checkpoints"], keeping: 1, files: files)
                if event.operation == .remove {
                    // The new checkpoint is safe; that an old one stays is a warning.
                    let saved = try checkpoints.save(.sample(step: 30))
                    #expect(
                        saved.warnings.map(\.description).joined().contains(
                            "remove \(folder["checkpoints/step-00000020.safetensors"])"))
                    #expect(try folder.names(in: "checkpoints") == ["step-00000020.safetensors", "step-00000030.safetensors"])
                    continue
                }
                expectError(.inputOutput, naming: folder["checkpoints"], String(cString: strerror(code))) {
                    try checkpoints.save(.sample(step: 30))
                }
                let newest = try #require(try CheckpointFolder(path: folder["checkpoints"]).latest().newest)
                let isNamed = event.operation == .flushFolder
                #expect(newest.checkpoint == .sample(step: isNamed ? 30 : 20), "\(event)")
                #expect(
                    try folder.names(in: "checkpoints")
                        == ["step-00000020.safetensors"] + (isNamed ? ["step-00000030.safetensors"] : []), "\(event)")
            }
        }
    }

    @Test(arguments: FileFault.Moment.allCases)
    func aKillLeavesTheOldCheckpointOrTheNew(moment: FileFault.Moment) async throws {
        for (index, event) in try Self.operations().enumerated() {
            let folder = try TemporaryFolder()
            try Self.prepare(folder)
            let path = folder["checkpoints"]
            let (number, momentName) = (index + 1, moment.rawValue)
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [path = path as String, number = number as Int, momentName = momentName as String] in
                let fault = try #require(FileFault("kill-\(momentName):\(number)"))
                try CheckpointFolder(path: path, keeping: 1, files: FaultyFiles(fault: fault)).save(.sample(step: 30))
            }
            let checkpoints = CheckpointFolder(path: path, keeping: 1)
            try checkpoints.prepare()
            let newest = try #require(try checkpoints.latest().newest)
            #expect(newest.checkpoint == .sample(step: newest.file.step), "\(event)")
            let isNamed = number > 8 || (number == 8 && moment == .after)
            #expect(newest.file.step == (isNamed ? 30 : 20), "\(event)")
            #expect(try folder.names(in: "checkpoints").allSatisfy { $0.hasSuffix(".safetensors") }, "\(event)")
        }
    }

    /// A disk that changes a byte on its way is found before the file gets its name.
    @Test func aByteThatChangesOnItsWayIsFound() throws {
        let folder = try TemporaryFolder()
        try Self.prepare(folder)
        let checkpoints = CheckpointFolder(path: folder["checkpoints"], keeping: 1, files: ForgetfulFiles())
        expectError(.inputOutput, naming: "step-00000030.safetensors.partial reads back") {
            try checkpoints.save(.sample(step: 30))
        }
        #expect(try folder.names(in: "checkpoints") == ["step-00000020.safetensors"])
    }
}
