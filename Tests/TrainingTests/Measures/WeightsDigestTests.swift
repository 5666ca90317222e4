import Checkpoints
import Networks
import Tensors
import Testing
import Training

@Suite struct WeightsDigestTests {
    private func parameter(_ name: String, _ shape: Shape) -> Parameter {
        Parameter(name: name, shape: shape, kind: .weight, fanIn: 1, initializer: .constant(0))
    }

    @Test func digestsTheBytesThatItsDocumentationNames() throws {
        let parameters = [parameter("a.weight", [2, 1]), parameter("a.bias", [1])]
        let values = [HostTensor([2, 1], [1, -2]), HostTensor([1], [0.5])]
        var bytes = Array("a.weight".utf8) + [0] + Array("2 1".utf8) + [0]
        bytes += [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0]
        bytes += Array("a.bias".utf8) + [0] + Array("1".utf8) + [0] + [0, 0, 0, 0x3F]
        let digest = try SHA256()
        try bytes.withUnsafeBytes { try digest.update($0) }
        #expect(try WeightsDigest.hexadecimal(of: parameters, values: values) == digest.finish())
    }

    @Test func tellsNamesShapesAndBitsApart() throws {
        func digest(_ name: String, _ shape: Shape, _ values: [Float]) throws -> String {
            try WeightsDigest.hexadecimal(of: [parameter(name, shape)], values: [HostTensor(shape, values)])
        }
        let all = [
            try digest("w", [2, 1], [0, 1]), try digest("v", [2, 1], [0, 1]), try digest("w", [1, 2], [0, 1]),
            try digest("w", [2, 1], [-0.0, 1]), try digest("w", [2, 1], [0, 1.0000001]),
        ]
        #expect(Set(all).count == all.count)
    }
}
