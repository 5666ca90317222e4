import Checkpoints
import Foundation
import Tensors
import Testing

@Suite struct SafeTensorsFileTests {
    private func file(_ type: String, _ shape: [Int], _ data: [UInt8]) throws -> SafeTensorsFile {
        try SafeTensorsFile(
            contents: safeTensorsBytes(
                header: "{\"w\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":[0,\(data.count)]}}", data: data),
            path: "w.safetensors")
    }

    private func littleEndian<Word: FixedWidthInteger>(_ words: [Word]) -> [UInt8] {
        words.flatMap { word in withUnsafeBytes(of: word.littleEndian) { Array($0) } }
    }

    /// Each half precision number is what its sign, exponent and fraction say (IEEE 754-2019, section 3.4).
    @Test func readsEveryHalf() throws {
        let patterns = (0...UInt16.max).map { $0 }
        let values = try file("F16", [65_536], littleEndian(patterns)).tensor(named: "w").values
        for (pattern, value) in zip(patterns, values) {
            let sign: Double = pattern & 0x8000 == 0 ? 1 : -1
            let exponent = Int(pattern >> 10 & 31)
            let fraction = Double(pattern & 1023) / 1024
            if exponent == 31 {
                #expect(fraction == 0 ? Double(value) == sign * .infinity : value.isNaN, "\(pattern)")
            } else {
                let expected = exponent == 0 ? sign * fraction * 0x1p-14 : sign * (1 + fraction) * pow(2, Double(exponent - 15))
                #expect(Double(value) == expected && (value.sign == .minus) == (sign < 0), "\(pattern)")
            }
        }
    }

    @Test func readsBrainFloats() throws {
        let words: [UInt16] = [0x3F80, 0xC000, 0x0000, 0x8000, 0x7F80, 0x0001, 0x4049]
        let values = try file("BF16", [7], littleEndian(words)).tensor(named: "w").values
        #expect(values.map(\.bitPattern) == words.map { UInt32($0) << 16 })
    }

    /// What is no f32 is turned into it piece by piece: one element more than a mebibyte holds.
    @Test func readsMoreHalvesThanAPieceHolds() throws {
        let words = (0..<524_289).map { UInt16($0 % 0x7F80) }
        let values = try file("BF16", [524_289], littleEndian(words)).tensor(named: "w").values
        #expect(values.map(\.bitPattern) == words.map { UInt32($0) << 16 })
    }

    @Test func readsDoublesRoundedToNearest() throws {
        let doubles = [1, -2.5, 0.1, 1e300, 0x1p-149, 0x1p-151, 1 + 0x1p-24, 1 + 0x1.8p-23, -0.0]
        let values = try file("F64", [3, 3], littleEndian(doubles.map(\.bitPattern))).tensor(named: "w").values
        #expect(values == [1, -2.5, 0.1, .infinity, 0x1p-149, 0, 1, 1 + 0x1p-22, 0])
        #expect(values[8].sign == .minus)
    }

    /// PyTorch's counts of batches.
    @Test func readsWholeNumbersRoundedToNearest() throws {
        let numbers: [Int64] = [0, -3, 391, 1 << 24 | 1, .max, .min]
        let values = try file("I64", [6], littleEndian(numbers.map { UInt64(bitPattern: $0) })).tensor(named: "w").values
        #expect(values == [0, -3, 391, 0x1p24, 0x1p63, -0x1p63])
    }

    @Test(arguments: SafeTensorsType.allCases)
    func opensAnyTypeAndReadsNumbersOnly(type: SafeTensorsType) throws {
        let file = try file(type.rawValue, [4], [UInt8](repeating: 0, count: 4 * type.bitCount / 8))
        #expect(file.header.entries.first?.type == type)
        if [.float32, .float64, .float16, .bfloat16, .signed64].contains(type) {
            #expect(try file.tensor(named: "w") == HostTensor(zeros: [4]))
        } else {
            expectError(.usage, naming: "w.safetensors", "\"w\" as \(type.rawValue)", "save it as F32") {
                _ = try file.tensor(named: "w")
            }
        }
    }

    @Test func aNameThatIsNotThereIsAnError() throws {
        expectError(.usage, naming: "w.safetensors has no tensor \"v\"") { _ = try file("F32", [0], []).tensor(named: "v") }
    }

    /// Of a name of more than 80 characters a message has the first 77.
    @Test(arguments: [79, 80, 81, 1_000]) func aLongNameIsCutInAMessage(count: Int) throws {
        let name = String(repeating: "v", count: count)
        let told = count > 80 ? "\"\(name.prefix(77))\"..." : "\"\(name)\""
        expectError(.usage, naming: "w.safetensors has no tensor \(told): give") {
            _ = try file("F32", [0], []).tensor(named: name)
        }
    }

    /// By its name, whatever it holds, or by its begin: a length, little-endian, that the file has room for, and a brace.
    @Test func isLikelyByItsNameOrByItsBegin() throws {
        let folder = try TemporaryFolder()
        func isLikely(_ bytes: some Sequence<UInt8>, _ name: String = "weights") throws -> Bool {
            try folder.write(name, bytes)
            return SafeTensorsFile.isLikely(folder[name])
        }
        #expect(try isLikely([], "Weights.SafeTensors"))
        for length in [2, 300] {
            let whole = safeTensorsBytes(header: "{}" + String(repeating: " ", count: length - 2))
            #expect(try isLikely(whole))
            #expect(try isLikely(whole + [1, 2, 3]))
            // A byte less than the header is said to have.
            #expect(try !isLikely(whole.dropLast()))
        }
        // The second byte of the length counts for what it is.
        #expect(try !isLikely(safeTensorsBytes(header: "{}" + String(repeating: " ", count: 198), length: 300)))
        #expect(try !isLikely(safeTensorsBytes(header: "{}", length: UInt64.max)))
        #expect(try !isLikely(safeTensorsBytes(header: " {}")))
        for count in [0, 7, 8] { #expect(try !isLikely([UInt8](repeating: 0, count: count)), "\(count) bytes") }
        #expect(!SafeTensorsFile.isLikely(folder["nothing"]) && !SafeTensorsFile.isLikely(folder.path))
    }

    /// The written file, read by a JSON parser and index arithmetic of others.
    @Test func writesWhatTheFormatSays() throws {
        let folder = try TemporaryFolder()
        let checkpoint = Checkpoint.sample(step: 3)
        try checkpoint.write(to: folder["c"])
        let bytes = try folder.bytes(of: "c")
        let length = (0..<8).reduce(0) { $0 | Int(bytes[$1]) << (8 * $1) }
        #expect((8 + length) % 64 == 0)
        let header = try #require(try JSONSerialization.jsonObject(with: Data(bytes[8..<8 + length])) as? [String: Any])
        #expect(header.count == checkpoint.tensors.count + 1)
        let metadata = try #require(header["__metadata__"] as? [String: String])
        #expect(metadata["configuration"] == checkpoint.metadata["configuration"])
        #expect(metadata["partrain.step"] == "3")
        #expect(metadata["partrain.format"] == "1")
        var end = 0
        for entry in checkpoint.tensors {
            let description = try #require(header[entry.name] as? [String: Any])
            #expect(description["dtype"] as? String == "F32")
            #expect(description["shape"] as? [Int] == entry.tensor.shape.dimensions)
            let offsets = try #require(description["data_offsets"] as? [Int])
            #expect(offsets.first == end)
            end = offsets[1]
            let words = stride(from: offsets[0], to: end, by: 4).map { offset in
                (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[8 + length + offset + $1]) << (8 * $1) }
            }
            #expect(words == entry.tensor.values.map(\.bitPattern))
        }
        #expect(bytes.count == 8 + length + end)
    }
}
