import Checkpoints
import Glibc
import Testing

@Suite struct FaultyFilesTests {
    @Test func readsAFaultFromText() {
        #expect(FileFault("kill-during:12") == FileFault(.kill(.during), at: 12))
        #expect(FileFault("kill-before:1") == FileFault(.kill(.before), at: 1))
        #expect(FileFault("kill-after:3") == FileFault(.kill(.after), at: 3))
        #expect(FileFault("ENOSPC:4") == FileFault(.refusal(code: ENOSPC), at: 4))
        #expect(FileFault("half-EIO:5") == FileFault(.halfWay(code: EIO), at: 5))
        for text in [
            "", "kill-during", "kill-during:0", "kill-never:1", "ENOSPC:-1", "ENOSPC:1:2", "ENOSPC:1:", ":ENOSPC:1", "EXDEV:1",
            "half-:1",
        ] {
            #expect(FileFault(text) == nil, "\(text)")
        }
    }

    @Test func failsAtItsOperationAndAtNoOther() throws {
        let folder = try TemporaryFolder()
        let files = FaultyFiles(fault: FileFault(.halfWay(code: ENOSPC), at: 3))
        let file = try files.create(folder["a"])
        let bytes: [UInt8] = [1, 2, 3, 4]
        try bytes.withUnsafeBytes { try file.write($0) }
        expectError(.inputOutput, naming: "write \(folder["a"])", "free some space") {
            try bytes.withUnsafeBytes { try file.write($0) }
        }
        try bytes.withUnsafeBytes { try file.write($0) }
        try file.flush()
        #expect(try folder.bytes(of: "a") == [1, 2, 3, 4, 1, 2, 1, 2, 3, 4])
        #expect(files.history.map(\.operation) == [.create, .write, .write, .write, .flush])
        #expect(files.history.map(\.path) == Array(repeating: folder["a"], count: 5))
    }

    @Test func halfOfAnOverwriteIsItsFirstHalf() throws {
        let folder = try TemporaryFolder()
        let files = FaultyFiles(fault: FileFault(.halfWay(code: EIO), at: 3))
        let file = try files.create(folder["a"])
        try [UInt8]([1, 2, 3, 4, 5, 6]).withUnsafeBytes { try file.write($0) }
        expectError(.inputOutput, naming: "write \(folder["a"])") {
            try [UInt8]([9, 8, 7, 6]).withUnsafeBytes { try file.overwrite($0, at: 1) }
        }
        #expect(try folder.bytes(of: "a") == [1, 9, 8, 4, 5, 6])
    }

    @Test func everyChangeIsCountedAndNoReading() throws {
        let folder = try TemporaryFolder()
        let files = FaultyFiles()
        _ = try files.createFolder(folder["f"])
        try files.openToAppend(folder["f/a"]).flush()
        _ = try files.openToRead(folder["f/a"])
        _ = try files.names(in: folder["f"])
        try files.cut(folder["f/a"], to: 0)
        try files.rename(folder["f/a"], to: folder["f/b"])
        try files.flushFolder(folder["f"])
        try files.remove(folder["f/b"])
        let expected: [FileOperation] = [.createFolder, .create, .flush, .cut, .rename, .flushFolder, .remove]
        #expect(files.history.map(\.operation) == expected)
        #expect(Set(FileOperation.allCases.filter(\.isChange)) == Set(expected + [.write]))
    }
}
