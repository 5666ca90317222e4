import Checkpoints
import Foundation
import Tensors
import Testing

@Suite struct CheckpointTests {
    @Test func comesBackAsItWas() throws {
        let folder = try TemporaryFolder()
        let checkpoint = Checkpoint.sample(step: 12, score: 0.875)
        try checkpoint.write(to: folder["c.safetensors"])
        #expect(try Checkpoint(path: folder["c.safetensors"]) == checkpoint)
        #expect(try folder.names() == ["c.safetensors"])
        let attributes = try FileManager.default.attributesOfItem(atPath: folder["c.safetensors"])
        let mode = try #require(attributes[.posixPermissions] as? Int)
        // Less where the user's umask says so.
        #expect(mode & 0o600 == 0o600 && mode | 0o644 == 0o644)
    }

    @Test(arguments: [
        Shape([]), [1], [0], [7], [3, 0, 2], [1, 1, 1, 1], [2, 3, 5], [64, 3, 11, 11], [2, 1, 2, 1, 2, 1, 2, 1],
        // One element less than a piece, a piece, one more, and several.
        [262_143], [262_144], [262_145], [3, 300_000],
    ])
    func keepsEveryBitOfAnyShape(shape: Shape) throws {
        let folder = try TemporaryFolder()
        let source = RandomSource(seed: 3, purpose: .synthesis)
        // Any 32 bits, so that not-a-numbers, infinities and subnormals are among them.
        let bits = (0..<shape.elementCount).map { source.word(index: $0) }
        let tensors = [
            Checkpoint.NamedTensor("before", HostTensor([1], [1])),
            Checkpoint.NamedTensor("ä \"quoted\" \\ name\u{1}🙂", HostTensor(shape, bits.map(Float.init(bitPattern:)))),
            Checkpoint.NamedTensor("after", HostTensor([2], [2, 3])),
        ]
        try Checkpoint(step: 0, tensors: tensors).write(to: folder["c.safetensors"])
        let loaded = try Checkpoint(path: folder["c.safetensors"])
        #expect(loaded.tensors.map(\.name) == tensors.map(\.name))
        #expect(loaded.tensors.map(\.tensor.shape) == tensors.map(\.tensor.shape))
        #expect(loaded.tensors[1].tensor.values.map(\.bitPattern) == bits)
        #expect(loaded.tensors[2].tensor.values == [2, 3])
    }

    @Test func sameContentGivesTheSameBytes() throws {
        let folder = try TemporaryFolder()
        try Checkpoint.sample(step: 5).write(to: folder["a"])
        try Checkpoint.sample(step: 5).write(to: folder["b"])
        #expect(try folder.bytes(of: "a") == folder.bytes(of: "b"))
    }
}
