import Checkpoints
import Tensors
import Testing

/// Every rule of the format, broken once: the message says where in the file.
@Suite struct SafeTensorsHeaderTests {
    private func open(_ header: String, length: UInt64? = nil, data: Int = 0) throws -> SafeTensorsFile {
        try SafeTensorsFile(
            contents: safeTensorsBytes(header: header, length: length, data: [UInt8](repeating: 0, count: data)),
            path: "f.safetensors")
    }

    @Test func readsWhatOthersWrite() throws {
        // Order of names that is not that of the data, space between tokens, escapes, offsets before the type, padding.
        let file = try open(
            """
            { "b" : {"data_offsets":[8,16],"shape":[2,2],"dtype":"F16"},\t"a\\u00e4\\ud83d\\ude42\\n" :
            {"dtype":"F64","shape":[],"data_offsets":[0,8]} , "__metadata__":{"format":"pt"},
            "e":{"dtype":"F4","shape":[2],"data_offsets":[16,17]},"z":{"dtype":"I64","shape":[3,0],"data_offsets":[8,8]}}\u{20}\u{20}
            """, data: 17)
        #expect(file.names == ["aä🙂\n", "z", "b", "e"])
        #expect(file.metadata == ["format": "pt"])
        #expect(file.header.entry(named: "b")?.shape == [2, 2])
        #expect(file.header.entry(named: "b")?.type == .float16)
        #expect(file.header.entry(named: "z")?.shape == [3, 0])
        #expect(file.header.entry(named: "aä🙂\n")?.bytes == 0..<8)
        #expect(file.header.entry(named: "c") == nil)
        #expect(try open("{}").names == [])
    }

    private static let good = #""dtype":"F32","shape":[2],"data_offsets":[0,8]"#

    @Test(arguments: [
        // JSON that is none.
        ("", 8, "does not begin with {"),
        (" {}", 8, "does not begin with {"),
        ("{", 9, "ends in the middle"),
        ("{}x", 10, "something follows"),
        ("{\"a\"", 12, "ends in the middle"),
        ("{\"a\":", 13, "ends in the middle"),
        ("{a:1}", 9, "\" is expected here, not a"),
        ("{\"a\":[]}", 13, "{ is expected here, not ["),
        ("{\"a", 9, "does not end"),
        ("{\"a\\", 11, "an escape ends"),
        ("{\"a\\n", 9, "does not end"),
        ("{\"\\q\":{}}", 10, "no such escape"),
        ("{\"\\u12\":{}}", 10, "four hexadecimal digits"),
        ("{\"\\u12", 10, "an escape ends"),
        ("{\"\\ud800\":{}}", 10, "surrogate"),
        ("{\"\\ud800\\u0041\":{}}", 10, "surrogate"),
        ("{\"\\udc00\":{}}", 10, "surrogate"),
        ("{\"a\nb\":{}}", 11, "control character 10"),
        ("{\"a\":{\(good)},}", 62, "\" is expected here, not }"),
        ("{\"a\":{\(good)}{}}", 61, ", is expected here, not {"),
        // Tensors that cannot be.
        ("{\"a\":{}}", 9, "lacks its dtype"),
        ("{\"a\":{\"dtype\":\"F32\",\"shape\":[2]}}", 9, "lacks its dtype"),
        ("{\"a\":{\"dtype\":\"F33\"}}", 22, "no dtype \"F33\""),
        ("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\"}}", 28, "dtype is there twice"),
        ("{\"a\":{\"more\":1}}", 14, "no \"more\""),
        ("{\"a\":{\"shape\":[-1]}}", 23, "not negative is expected here, not -"),
        ("{\"a\":{\"shape\":[1.5]}}", 24, ", is expected here, not ."),
        ("{\"a\":{\"shape\":[1e3]}}", 24, ", is expected here, not e"),
        ("{\"a\":{\"shape\":[01]}}", 23, "begins with 0"),
        ("{\"a\":{\"shape\":[9223372036854775808]}}", 23, "too large"),
        ("{\"a\":{\"shape\":[99999999999999999999999999]}}", 23, "too large"),
        ("{\"a\":{\"data_offsets\":[0,1,2]}}", 34, "more than 2"),
        ("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}", 9, "lies at [0]"),
        ("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}", 9, "lies at [8, 0]"),
        ("{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,12]}}", 9, "there are 8 bytes of data"),
        ("{\"a\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}", 9, "needs 12 bytes"),
        ("{\"a\":{\"dtype\":\"F4\",\"shape\":[15],\"data_offsets\":[0,8]}}", 9, "no whole bytes"),
        ("{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967296,4294967296],\"data_offsets\":[0,8]}}", 9, "more elements than can be"),
        (
            "{\"a\":{\"dtype\":\"F32\",\"shape\":[0,4294967296,4294967296],\"data_offsets\":[0,0]}}", 9,
            "more elements than can be"
        ),
        ("{\"a\":{\"dtype\":\"F64\",\"shape\":[9223372036854775807],\"data_offsets\":[0,8]}}", 9, "more elements than can be"),
        // Tensors that do not fit each other.
        ("{\"a\":{\(good)},\"a\":{\(good)}}", 8, "begins at byte 0"),
        ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}", 8, "begins at byte 4"),
        ("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 8, "the last tensor ends at 4"),
        (
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[5],\"data_offsets\":[0,5]},\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,8]}}",
            8,
            "\"b\" begins at byte 4"
        ),
        (
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]},\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,8]}}",
            8,
            "\"b\" begins at byte 4"
        ),
        (
            "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},\"\\u0061\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,8]}}",
            8,
            "\"a\" is there twice"
        ),
        // Metadata that are none.
        ("{\"__metadata__\":1}", 24, "{ is expected here, not 1"),
        ("{\"__metadata__\":{\"a\":1}}", 29, "\" is expected here, not 1"),
        ("{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}", 32, "\"a\" are there twice"),
        ("{\"__metadata__\":{},\"__metadata__\":{}}", 27, "__metadata__ is there twice"),
    ])
    func refuses(header: String, offset: Int, problem: String) throws {
        expectError(.badContent, naming: "f.safetensors, byte \(offset): ", problem) { _ = try open(header, data: 8) }
    }

    /// Cut off in the middle of an escape or of a list, or a byte past what may stand there.
    @Test(arguments: [
        ("{~", 9, "not ~"), ("{!", 9, "not !"), ("{\u{7F}", 9, "not byte 127"), ("{ ", 10, "ends in the middle"),
        ("{\"a\":{\"shape\":[1,", 25, "not the end"),
        ("{\"\\u0041", 9, "does not end"), ("{\"\\u004", 10, "an escape ends"),
        ("{\"\\ud83d", 10, "surrogate"), ("{\"\\ud83d\\", 10, "surrogate"), ("{\"\\ud83d\\u", 10, "an escape ends"),
        // The second half of a pair is no first one, whatever follows.
        ("{\"\\udc00\\u", 10, "surrogate"),
        // One below the second halves, and one above.
        ("{\"\\ud800\\udbff\":{}}", 10, "surrogate"), ("{\"\\ud800\\ue000\":{}}", 10, "surrogate"),
        // A place is that of what is wrong, not of the space before it.
        ("{\"a\":{\"dtype\": \"F33\"}}", 23, "no dtype \"F33\""),
        ("{\"a\":{\(good)}, \"b\":{}}", 63, "the tensor \"b\" lacks its dtype"),
    ]) func namesTheByteAtFault(header: String, offset: Int, problem: String) throws {
        expectError(.badContent, naming: "f.safetensors, byte \(offset): ", problem) { _ = try open(header, data: 8) }
    }

    /// The first and the last character of one escape and of a pair of them, and those that have a letter.
    @Test(arguments: [
        ("\\u0000", "\u{0}"), ("\\uD7FF", "\u{D7FF}"), ("\\ue000", "\u{E000}"), ("\\uffff", "\u{FFFF}"),
        ("\\ud800\\udc00", "\u{10000}"), ("\\uDBFF\\uDFFF", "\u{10FFFF}"),
        ("\\b\\f\\n\\r\\t\\/\\\"\\\\", "\u{8}\u{C}\n\r\t/\"\\"),
    ]) func readsEscapes(escape: String, text: String) throws {
        let names = try open("{\"\(escape)\":{\(Self.good)}}", data: 8).names
        #expect(names.map { Array($0.unicodeScalars) } == [Array(text.unicodeScalars)])
    }

    @Test(arguments: [" ", "\t", "\n", "\r", " \r\n\t "]) func spaceMayStandAnywhere(space: String) throws {
        let parts = """
            { "__metadata__" : { } , "a" : { "dtype" : "F32" , "shape" : [ 1 , 2 ] , "data_offsets" : [ 0 , 8 ] } ,
            "b" : { "shape" : [ ] , "data_offsets" : [ 8 , 12 ] , "dtype" : "F32" } }
            """.split(whereSeparator: \.isWhitespace)
        let plain = try open(parts.joined(separator: ""), data: 12)
        let spaced = try open(parts.joined(separator: space) + space, data: 12)
        #expect(plain.names == ["a", "b"] && plain.header.entry(named: "a")?.shape == [1, 2])
        #expect(spaced.header.entries == plain.header.entries && spaced.metadata.isEmpty)
        #expect(try open("{" + space + "}").names == [])
    }

    /// As many bytes as are read, and one more; the file has them all.
    @Test func theLargestHeaderIsRead() throws {
        let most = 1 << 19
        #expect(try open("{}" + String(repeating: " ", count: most - 2)).names == [])
        expectError(.badContent, naming: "byte 0: ", "\(most + 1) bytes", "\(most) are the most") {
            _ = try open("{}" + String(repeating: " ", count: most - 1))
        }
    }

    @Test func refusesLyingLengths() throws {
        for length in [3, 100_000_001, UInt64(Int64.max), UInt64(Int64.max) + 1, .max] {
            expectError(.badContent, naming: "f.safetensors, byte 0: ", "\(length) bytes") { _ = try open("{}", length: length) }
        }
        for count in 0..<8 {
            expectError(.badContent, naming: "byte 0: ", "\(count) bytes are too few") {
                _ = try SafeTensorsFile(contents: [UInt8](repeating: 0, count: count), path: "f.safetensors")
            }
        }
    }

    @Test func refusesTextThatIsNoUTF8() throws {
        let bad: [[UInt8]] = [[0xFF], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xE2, 0x82]]
        for bytes in bad {
            for tail in [Array("\":{}}".utf8), Array("\\n\":{}}".utf8)] {
                let json = Array("{\"".utf8) + bytes + tail
                expectError(.badContent, naming: "byte 10: this text is not valid UTF-8") {
                    _ = try SafeTensorsFile(contents: [UInt8(json.count), 0, 0, 0, 0, 0, 0, 0] + json, path: "f")
                }
            }
        }
    }

    @Test func refusesDepthAndNumbersWithoutEnd() throws {
        let deep = String(repeating: "[", count: 80_000)
        expectError(.badContent, naming: "byte 13") { _ = try open("{\"a\":" + deep) }
        expectError(.badContent, naming: "byte 23") { _ = try open("{\"a\":{\"shape\":[" + deep) }
        let objects = String(repeating: "{\"a\":", count: 80_000)
        expectError(.badContent, naming: "byte 14: a tensor has no \"a\"") { _ = try open(objects) }
        let axes = Array(repeating: "1", count: 65).joined(separator: ",")
        expectError(.badContent, naming: "the shape has more than 64 numbers") { _ = try open("{\"a\":{\"shape\":[\(axes)]}}") }
        let metadata = (0...4_096).map { "\"\($0)\":\"\"" }.joined(separator: ",")
        expectError(.badContent, naming: "more than 4096") { _ = try open("{\"__metadata__\":{\(metadata)}}") }
    }

    /// A name of any length is cut in a message.
    @Test func aMessageStaysShort() throws {
        let name = String(repeating: "n", count: 100_000)
        do {
            _ = try open("{\"\(name)\":{}}")
            Issue.record("nothing was thrown")
        } catch {
            #expect("\(error)".utf8.count < 300)
        }
    }

    /// Bytes changed, removed, doubled and put in at random: any answer but a crash, and always with the file's name.
    @Test func survivesMutations() throws {
        let source = RandomSource(seed: 11, purpose: .synthesis)
        let seeds = [
            "{\"__metadata__\":{\"format\":\"pt\"},\"w\":{\"dtype\":\"F16\",\"shape\":[2,2],\"data_offsets\":[0,8]}}   ",
            "{\"a\\u00e4\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},\"b\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,8]}}",
        ].map { safeTensorsBytes(header: $0, data: [UInt8](repeating: 1, count: 8)) }
        var refused = 0
        for round in 0..<20_000 {
            var bytes = seeds[round % seeds.count]
            for change in 0...source.integer(step: round, index: 0, below: 4) {
                let place = source.integer(step: round, index: 4 * change + 1, below: bytes.count)
                let byte = UInt8(truncatingIfNeeded: source.word(step: round, index: 4 * change + 2))
                switch source.integer(step: round, index: 4 * change + 3, below: 4) {
                case 0: bytes[place] = byte
                case 1: bytes.remove(at: place)
                case 2: bytes.insert(byte, at: place)
                default: bytes.insert(contentsOf: bytes[place...].prefix(Int(byte) % 24), at: place)
                }
            }
            do {
                let file = try SafeTensorsFile(contents: bytes, path: "f.safetensors")
                for entry in file.header.entries where entry.type == .float32 { _ = try file.tensor(named: entry.name) }
            } catch {
                refused += 1
                #expect("\(error)".contains("f.safetensors"), "\(error)")
            }
        }
        #expect(refused > 10_000 && refused < 20_000)
    }
}
