import Networks
import Tensors
import Testing

/// Selections, concatenations and slices: what moves must arrive unchanged.
@Suite struct RearrangementKernelTests {
    @Test(arguments: [Shape([1, 4]), [3, 5], [2, 6, 3, 5], [1, 6, 14, 14], [2, 4, 1, 1]])
    func selectionOfChannels(shape: Shape) throws {
        let x = HostTensor(shape, Operand(random: shape).values)
        let indices = [3, 0, 0, 2, 3, 1, 3]
        var expected = HostTensor(zeros: shape.replacing(axis: 1, with: indices.count))
        for (place, index) in indices.enumerated() {
            expected.setBlock(channels(place..<place + 1, of: shape), to: x.block(channels(index..<index + 1, of: shape)))
        }
        let run = try KernelRun(ChannelSelection(indices: indices), [Operand(shape, x.values)])
        #expect(run.outputs[0] == expected.values)
    }

    @Test(arguments: [Shape([1, 7]), [3, 7], [2, 7, 3, 5], [1, 7, 14, 14], [2, 7, 1, 1]])
    func gradientOfASelection(shape: Shape) throws {
        let dy = HostTensor(shape, Operand(random: shape).values)
        let indices = [3, 0, 0, 2, 3, 1, 3]
        var expected = HostTensor(zeros: shape.replacing(axis: 1, with: 5))
        for (place, index) in indices.enumerated() {
            let target = channels(index..<index + 1, of: shape)
            var sum = expected.block(target)
            let term = dy.block(channels(place..<place + 1, of: shape))
            for element in sum.values.indices { sum.values[element] += term.values[element] }
            expected.setBlock(target, to: sum)
        }
        let run = try KernelRun(ChannelSelectionGradient(indices: indices, channels: 5), [Operand(shape, dy.values)])
        #expect(run.outputs[0] == expected.values)
    }

    @Test(arguments: [Shape([1, 6]), [3, 6], [2, 6, 6], [2, 6, 6, 5], [1, 6, 6, 13]])
    func slicesAndTheirConcatenation(shape: Shape) throws {
        let x = HostTensor(shape, Operand(random: shape).values)
        for axis in 1..<min(shape.rank, 3) {
            let ranges = [0..<1, 1..<4, 4..<6]
            let slices = try ranges.map { range in
                let run = try KernelRun(Slice(axis: axis, range: range), [Operand(shape, x.values)])
                var block = shape.dimensions.map { 0..<$0 }
                block[axis] = range
                #expect(run.outputs[0] == x.block(block).values)
                return Operand(shape.replacing(axis: axis, with: range.count), run.outputs[0])
            }
            #expect(try KernelRun(Concatenation(axis: axis), slices).outputs[0] == x.values)
        }
    }

    private func channels(_ range: Range<Int>, of shape: Shape) -> [Range<Int>] {
        var ranges = shape.dimensions.map { 0..<$0 }
        ranges[1] = range
        return ranges
    }
}
