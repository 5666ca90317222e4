import Checkpoints
import Glibc
import Testing

@Suite struct LineFileTests {
    @Test func growsByLines() throws {
        let folder = try TemporaryFolder()
        let file = try LineFile(path: folder["log.txt"])
        #expect(file.isEmpty)
        try file.append("one")
        try file.append("")
        try file.flush()
        try LineFile(path: folder["log.txt"]).append("zwölf 🙂")
        #expect(try folder.text(of: "log.txt") == "one\n\nzwölf 🙂\n")
        #expect(!file.isEmpty)
    }

    /// Cut anywhere, the file keeps its whole lines.
    @Test func repairsATornLastLine() throws {
        let folder = try TemporaryFolder()
        let text = Array("one\ntwo\n\nfour\n".utf8)
        for count in 0...text.count {
            try folder.write("log.txt", text.prefix(count))
            try LineFile(path: folder["log.txt"]).append("next")
            let whole = text.prefix(count).lastIndex(of: 0x0A).map { text[...$0] } ?? []
            #expect(try folder.bytes(of: "log.txt") == whole + Array("next\n".utf8))
        }
    }

    @Test func keepsLinesUpToTheFirstThatIsUnwanted() throws {
        let folder = try TemporaryFolder()
        try folder.write("log.txt", Array("a\nb\nc\na\n".utf8))
        var seen = [String]()
        try LineFile(path: folder["log.txt"]) { number, line in
            seen.append("\(number)\(line)")
            return line != "c"
        }.append("d")
        #expect(seen == ["0a", "1b", "2c"])
        #expect(try folder.text(of: "log.txt") == "a\nb\nd\n")
    }

    /// A line that lies on both sides of what is read at a time, and one that is longer than that.
    @Test func readsLinesOfAnyLength() throws {
        let folder = try TemporaryFolder()
        let lines = [String(repeating: "x", count: (1 << 20) - 3), "middle", String(repeating: "y", count: 3 << 20), "end"]
        try folder.write("log.txt", Array((lines.joined(separator: "\n") + "\ntorn").utf8))
        var seen = [String]()
        _ = try LineFile(path: folder["log.txt"]) { _, line in
            seen.append(line)
            return true
        }
        #expect(seen == lines)
        #expect(try folder.text(of: "log.txt") == lines.joined(separator: "\n") + "\n")
    }

    @Test func aLineThatCannotBeWrittenLeavesNothing() throws {
        let folder = try TemporaryFolder()
        let files = FaultyFiles(fault: FileFault(.halfWay(code: ENOSPC), at: 5))
        let file = try LineFile(path: folder["log.txt"], files: files)
        try file.append("first")
        try file.append("second")
        expectError(.inputOutput, naming: folder["log.txt"], "free some space") { try file.append("third") }
        try file.append("fourth")
        #expect(try folder.text(of: "log.txt") == "first\nsecond\nfourth\n")
    }
}
