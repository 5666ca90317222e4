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

    @Test func aFolderThatIsMissingIsNamed() throws {
        let folder = try TemporaryFolder()
        let path = folder["nowhere/a.safetensors"]
        let error = #expect(throws: CheckpointError.self) { try SafeTensorsFile.write([], to: path) }
        #expect(error?.description.contains(path) == true)
    }
}
