import Tensors
import Testing

@Suite struct HostTensorTests {
    @Test func aBlockIsTheElementsOfItsRanges() {
        let tensor = HostTensor([2, 3, 4], (0..<24).map(Float.init))
        let block = tensor.block([1..<2, 0..<2, 1..<3])
        #expect(block == HostTensor([1, 2, 2], [13, 14, 17, 18]))
    }

    @Test func blocksPutTogetherAreTheWhole() {
        let tensor = HostTensor([4, 5, 3], (0..<60).map(Float.init))
        var copy = HostTensor(zeros: tensor.shape)
        for rows in [0..<2, 2..<5] {
            for planes in [0..<3, 3..<4] {
                let ranges = [planes, rows, 0..<3]
                copy.setBlock(ranges, to: tensor.block(ranges))
            }
        }
        #expect(copy == tensor)
    }
}
