import Checkpoints
import Glibc
import Testing

@Suite struct SystemFilesTests {
    private let files = SystemFiles()

    private func write(_ bytes: [UInt8], to file: any WritableFile) throws {
        try bytes.withUnsafeBytes { try file.write($0) }
    }

    @Test func writesAppendsOverwritesCutsRenamesAndRemoves() throws {
        let folder = try TemporaryFolder()
        let file = try files.create(folder["a"])
        try write([1, 2, 3, 4], to: file)
        try write([5, 6], to: file)
        try [UInt8]([9, 8]).withUnsafeBytes { try file.overwrite($0, at: 1) }
        try write([7], to: file)
        try write([], to: file)
        try file.flush()
        #expect(try folder.bytes(of: "a") == [1, 9, 8, 4, 5, 6, 7])
        try write([10], to: try files.openToAppend(folder["a"]))
        try files.cut(folder["a"], to: 2)
        try write([11], to: try files.openToAppend(folder["a"]))
        try files.rename(folder["a"], to: folder["b"])
        try files.flushFolder(folder.path)
        #expect(try folder.bytes(of: "b") == [1, 9, 11])
        #expect(try files.names(in: folder.path) == ["b"])
        _ = try files.create(folder["b"])
        #expect(try folder.bytes(of: "b") == [])
        try files.remove(folder["b"])
        #expect(try files.names(in: folder.path) == [])
    }

    @Test func readsAnyPart() throws {
        let folder = try TemporaryFolder()
        try folder.write("a", 0..<100)
        let file = try files.openToRead(folder["a"])
        #expect(file.size == 100)
        var bytes = [UInt8](repeating: 0, count: 3)
        try bytes.withUnsafeMutableBytes { try file.read(into: $0, at: 97) }
        #expect(bytes == [97, 98, 99])
    }

    @Test func aFileThatShrinksWhileItIsReadIsAnError() throws {
        let folder = try TemporaryFolder()
        try folder.write("a", 0..<100)
        let file = try files.openToRead(folder["a"])
        try files.cut(folder["a"], to: 98)
        var bytes = [UInt8](repeating: 0, count: 3)
        expectError(.badContent, naming: folder["a"], "shorter") {
            try bytes.withUnsafeMutableBytes { try file.read(into: $0, at: 97) }
        }
    }

    @Test func makesAFolderOnceAndFollowsLinksToOne() throws {
        let folder = try TemporaryFolder()
        #expect(try files.createFolder(folder["new"]))
        #expect(try !files.createFolder(folder["new"]))
        #expect(symlink(folder["new"], folder["link"]) == 0)
        #expect(try !files.createFolder(folder["link"]))
        try files.flushFolder(folder["link"])
        try folder.write("file", [])
        expectError(.inputOutput, naming: "create the folder \(folder["file"])") { _ = try files.createFolder(folder["file"]) }
    }

    @Test func everyRefusalNamesItsFileAndRemedy() throws {
        let folder = try TemporaryFolder()
        let nothing = folder["nothing"]
        expectError(.missingInput, naming: "\(nothing) does not exist") { _ = try files.openToRead(nothing) }
        expectError(.missingInput, naming: "\(nothing) does not exist") { _ = try files.names(in: nothing) }
        expectError(.inputOutput, naming: "cannot create \(nothing)/a", "check the path") { _ = try files.create(nothing + "/a") }
        expectError(.inputOutput, naming: "cannot cut \(nothing)") { try files.cut(nothing, to: 0) }
        expectError(.inputOutput, naming: "cannot rename \(nothing)") { try files.rename(nothing, to: folder["b"]) }
        expectError(.inputOutput, naming: "cannot remove \(nothing)") { try files.remove(nothing) }
        expectError(.inputOutput, naming: "cannot flush the folder \(nothing)") { try files.flushFolder(nothing) }
        expectError(.badContent, naming: folder.path, "not a regular file") { _ = try files.openToRead(folder.path) }
        // What is there is not said to be missing, and nothing lies in a file.
        try folder.write("file", [1])
        let file = folder["file"]
        expectError(.inputOutput, naming: "cannot list \(file)", "check the path") { _ = try files.names(in: file) }
        expectError(.missingInput, naming: "\(file)/a does not exist") { _ = try files.openToRead(file + "/a") }
        let loop = try folder.link("loop", to: "loop")
        expectError(.missingInput, naming: "cannot open \(loop)") { _ = try files.openToRead(loop) }
    }

    /// A pipe would be waited for, and a link would lead the write elsewhere.
    @Test func takesNoPipeForAFileAndWritesThroughNoLink() throws {
        let folder = try TemporaryFolder()
        #expect(mkfifo(folder["pipe"], 0o600) == 0)
        expectError(.badContent, naming: folder["pipe"], "not a regular file") { _ = try files.openToRead(folder["pipe"]) }
        try folder.write("precious", [1])
        #expect(symlink(folder["precious"], folder["link"]) == 0)
        expectError(.inputOutput, naming: folder["link"]) { _ = try files.create(folder["link"]) }
        #expect(try folder.bytes(of: "precious") == [1])
    }

    @Test func aFullDiskIsAnErrorWithARemedy() throws {
        // The kernel's own disk that is always full.
        let file = try files.openToAppend("/dev/full")
        expectError(.inputOutput, naming: "cannot write /dev/full", "free some space") { try write([1], to: file) }
    }
}
