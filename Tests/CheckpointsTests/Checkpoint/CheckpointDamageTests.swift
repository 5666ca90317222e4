import Checkpoints
import Tensors
import Testing

/// A checkpoint that has changed since it was written is never taken for one.
@Suite struct CheckpointDamageTests {
    private let whole: [UInt8]

    init() throws {
        let folder = try TemporaryFolder()
        try Checkpoint.sample(step: 12, score: 0.5).write(to: folder["c"])
        whole = try folder.bytes(of: "c")
        _ = try Checkpoint(SafeTensorsFile(contents: whole, path: "c"))
    }

    private func isAccepted(_ bytes: [UInt8]) -> Bool {
        do {
            _ = try Checkpoint(SafeTensorsFile(contents: bytes, path: "c.safetensors"))
            return true
        } catch {
            #expect("\(error)".contains("c.safetensors"), "\(error)")
            return false
        }
    }

    @Test func anyFlippedBitIsFound() {
        for place in whole.indices {
            for bit in 0..<8 {
                var bytes = whole
                bytes[place] ^= 1 << bit
                #expect(!isAccepted(bytes), "bit \(bit) of byte \(place)")
            }
        }
    }

    @Test func anyCutIsFound() {
        for count in 0..<whole.count { #expect(!isAccepted(Array(whole.prefix(count))), "\(count) bytes") }
        #expect(!isAccepted(whole + [0]))
        #expect(!isAccepted([0] + whole))
    }

    @Test func theDigestInAnotherSpellingIsNone() throws {
        // In capitals, the digest says the same and is not what was written.
        let begin = try #require(whole.end(of: Array("partrain.sha256\":\"".utf8)))
        var capitals = whole
        for place in begin..<begin + 64 where (0x61...0x66).contains(capitals[place]) { capitals[place] -= 0x20 }
        #expect(!isAccepted(capitals))
    }

    @Test func aDamagedTensorIsToldByBothDigests() throws {
        var bytes = whole
        bytes[bytes.count - 1] ^= 0x40
        expectError(.badContent, naming: "c.safetensors is damaged", "was written") {
            _ = try Checkpoint(SafeTensorsFile(contents: bytes, path: "c.safetensors"))
        }
    }

    @Test func weightsOfOthersAreNoCheckpoint() throws {
        let bytes = safeTensorsBytes(
            header: #"{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, data: [0, 0, 0x80, 0x3F])
        let file = try SafeTensorsFile(contents: bytes, path: "torch.safetensors")
        #expect(!file.isCheckpoint)
        #expect(try file.tensor(named: "w").values == [1])
        expectError(.usage, naming: "torch.safetensors", "holds weights", "--init-from") { _ = try Checkpoint(file) }
    }

    /// The digest is found where it stands, also behind space.
    @Test(arguments: ["", " ", "\n\t"]) func theDigestMayStandBehindSpace(space: String) throws {
        func bytes(digest: String) -> [UInt8] {
            let sealed = #""partrain.sha256":\#(space)"\#(digest)""#
            return safeTensorsBytes(header: #"{"__metadata__":{"partrain.format":"1",\#(sealed),"partrain.step":"7"}}"#)
        }
        let digest = try SHA256()
        try bytes(digest: String(repeating: "0", count: 64)).withUnsafeBytes { try digest.update($0) }
        let hexadecimal = try digest.finish()
        let checkpoint = try Checkpoint(SafeTensorsFile(contents: bytes(digest: hexadecimal), path: "c"))
        #expect(checkpoint == Checkpoint(step: 7, tensors: []))
    }

    @Test(arguments: [#""partrain.step":"-1""#, #""partrain.step":"x""#, #""program":"partrain""#])
    func aStepThatIsNoneIsNamed(entry: String) throws {
        let bytes = safeTensorsBytes(header: #"{"__metadata__":{"partrain.format":"1",\#(entry)}}"#)
        expectError(.badContent, naming: "c: the checkpoint does not tell its step: take another") {
            _ = try Checkpoint(SafeTensorsFile(contents: bytes, path: "c"))
        }
    }

    @Test func aLaterFormatIsLeftToALaterProgram() throws {
        let bytes = safeTensorsBytes(header: #"{"__metadata__":{"partrain.format":"2"}}"#)
        expectError(.usage, naming: "format \"2\"", "partrain that wrote it") {
            _ = try Checkpoint(SafeTensorsFile(contents: bytes, path: "c"))
        }
    }
}

extension [UInt8] {
    /// The place after the first occurrence of `pattern`.
    fileprivate func end(of pattern: [UInt8]) -> Int? {
        (0...count - pattern.count).first { self[$0..<$0 + pattern.count].elementsEqual(pattern) }.map { $0 + pattern.count }
    }
}
