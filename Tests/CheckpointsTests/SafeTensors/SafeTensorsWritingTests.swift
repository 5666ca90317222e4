import Checkpoints
import Tensors
import Testing

@Suite struct SafeTensorsWritingTests {
    @Test func whatIsWrittenIsReadAgain() throws {
        let folder = try TemporaryFolder()
        let path = folder["a.safetensors"]
        let matrix = HostTensor([2, 3], [1, -2, .infinity, 0, .leastNonzeroMagnitude, 6])
        try SafeTensorsFile.write([("b", matrix), ("a", HostTensor([1], [7]))], metadata: ["format": "pt"], to: path)
        let file = try SafeTensorsFile(path: path)
        #expect(file.names == ["b", "a"])
        #expect(try file.tensor(named: "b") == matrix)
        #expect(try file.tensor(named: "a").values == [7])
        #expect(file.metadata == ["format": "pt"])
        #expect(!file.isCheckpoint)
        #expect(try folder.names() == ["a.safetensors"])
    }

    /// Metadata stand in the order of their keys, and spaces up to the next multiple of 64 bytes, where the data begin.
    @Test func theHeaderIsPaddedToTheNextMultipleOf64() throws {
        let files = CrashingFiles(CrashingFiles.Disk())
        for length in 0..<64 {
            let text = String(repeating: "x", count: length)
            try SafeTensorsFile.write([], metadata: ["b": text, "a": "1"], to: "w", files: files)
            let json = Array("{\"__metadata__\":{\"a\":\"1\",\"b\":\"\(text)\"}}".utf8)
            let end = (8 + json.count + 63) / 64 * 64
            let file = try files.openToRead("w")
            #expect(file.size == end)
            var bytes = [UInt8](repeating: 0, count: file.size - 8)
            try bytes.withUnsafeMutableBytes { try file.read(into: $0, at: 8) }
            #expect(bytes == json + [UInt8](repeating: 0x20, count: end - 8 - json.count))
        }
    }

    @Test func aFolderThatIsMissingIsNamed() throws {
        let folder = try TemporaryFolder()
        let path = folder["nowhere/a.safetensors"]
        let error = #expect(throws: CheckpointError.self) { try SafeTensorsFile.write([], to: path) }
        #expect(error?.description.contains(path) == true)
    }
}
