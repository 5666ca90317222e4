import ImageFiles
import Tensors
import TestSupport
import Testing

/// Paths are bytes, and their text leads back to the same bytes.
@Suite struct FilePathTests {
    /// Bytes that are likely to go wrong together: escapes, halves of characters, what moves a terminal's cursor.
    private static let pieces: [[UInt8]] = [
        Array(#"\"#.utf8), Array("x".utf8), Array("E9".utf8), Array("41".utf8), Array("a".utf8), [0xE9], [0xC3], [0xC3, 0xA9],
        [0x0A], [0x1B], [0x7F], [0xC2, 0x9B], [0xE2, 0x80, 0xAE], [0xE2, 0x80, 0xA8], [0xF0, 0x9F, 0x90, 0x88], [0xF0, 0x9F],
        Array(" ".utf8), Array("/".utf8), [0xFF], [0xED, 0xA0, 0x80],
    ]

    private static func name(_ seed: Int) -> [UInt8] {
        let random = RandomSource(seed: UInt64(seed), purpose: .synthesis)
        return (0...random.integer(index: 0, below: 6)).flatMap { place in
            pieces[random.integer(index: 1 + place, below: pieces.count)]
        }
    }

    @Test func everyNameHasATextOfItsOwnThatLeadsBack() {
        let names = Set((0..<4000).map(Self.name))
        var texts = Set<[UInt8]>()
        for name in names {
            let text = FilePath(bytes: Array("/nowhere/".utf8) + name).description
            texts.insert(Array(text.utf8))
            #expect(FilePath(typed: text).bytes == Array("/nowhere/".utf8) + name, "\(text)")
            #expect(text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control && !$0.properties.isBidiControl })
            #expect(!text.contains("\u{FFFD}") && !text.contains("\u{2028}"), "\(text)")
        }
        #expect(names.count > 1000 && texts.count == names.count)
    }

    @Test(arguments: [
        ([0x63, 0x61, 0x66, 0xE9], #"caf\xE9"#), ([0x63, 0xC3, 0xA9], "cé"), (Array("C:\\data\\cat".utf8), "C:\\data\\cat"),
        (Array(#"\xE9"#.utf8), #"\\xE9"#), ([0x61, 0x0A, 0x62], #"a\x0Ab"#),
    ])
    func namesArePrintedSo(bytes: [UInt8], text: String) {
        #expect("\(FilePath(bytes: bytes))" == text)
    }

    /// What is there under its plain name is meant before what the escapes would make of it.
    @Test func whatIsThereAsItStandsIsMeant() throws {
        let folder = try TemporaryFolder()
        try folder.write(#"a\x41"#, [])
        #expect(FilePath(typed: folder[#"a\x41"#]) == FilePath(folder[#"a\x41"#]))
        try folder.remove(#"a\x41"#)
        #expect(FilePath(typed: folder[#"a\x41"#]) == FilePath(folder["aA"]))
    }

    @Test(arguments: [("a/b/", "a"), ("b", "."), ("/b", "/"), ("/", "/"), ("a//b", "a")])
    func aPathHasAFolder(path: String, folder: String) {
        #expect(FilePath(path).folder == FilePath(folder))
    }

    @Test(arguments: [("a/b/", "a/b"), ("./a", "a"), (".", ""), ("../a", "../a")])
    func anAbsolutePathDoesNotDependOnTheWorkingFolder(path: String, below: String) {
        let here = FilePath(".").absolute
        #expect(here.bytes.first == UInt8(ascii: "/"))
        #expect(FilePath(path).absolute == (below.isEmpty ? here : here.appending(below)))
        #expect(FilePath("/x/y/").absolute == FilePath("/x/y"))
        #expect(here.appending("a/b").short == FilePath("a/b"))
    }
}
