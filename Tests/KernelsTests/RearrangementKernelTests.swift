import KernelChoices
import Layouts
import Networks
import OneDNN
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

    /// Parts that fill their blocks stay in them, the last of whatever channels; others go by rows.
    @Test(arguments: [
        (8, [8, 16, 5], true), (16, [16, 32], true), (8, [8, 4, 8], false), (16, [16, 8], true), (16, [8, 16], false),
    ])
    func blocksOfChannelsStay(test: (block: Int, channels: [Int], areBlocked: Bool)) throws {
        let block = test.block
        func layout(_ shape: Shape, _ blocked: Bool) throws -> Layout {
            try #require(.named(blocked ? "aBcd\(block)b" : "abcd", shape.dimensions))
        }
        func moved(_ operand: Operand, _ from: Layout, _ to: Layout) throws -> Operand {
            guard from != to else { return operand }
            var moved = operand
            moved.words = try KernelRun(reordering: operand, from: from, to: to, .best).outputs[0].map(\.bitPattern)
            return moved
        }
        let all = test.channels.reduce(0, +)
        let x = Operand(random: [3, all, 5, 2])
        let rows = try layout(x.type.shape, false)
        let blocks = try layout(x.type.shape, true)
        var (start, parts, layouts) = (0, [Operand](), [Layout]())
        for count in test.channels {
            let range = start..<start + count
            start += count
            // As a gradient comes in: in blocks. What is no run of whole blocks is cut from rows.
            let isWhole = range.lowerBound % block == 0 && (range.upperBound % block == 0 || range.upperBound == all)
            let shape = Shape([3, count, 5, 2])
            let run = try KernelRun(
                Slice(axis: 1, range: range), [try moved(x, rows, isWhole ? blocks : rows)], layouts: [blocks])
            #expect(run.choice.implementation == (isWhole ? "loop:aBcd\(block)b" : "loop:row-major"))
            var part = Operand(shape, [Float](repeating: 0, count: shape.elementCount))
            part.words = run.outputs[0].map(\.bitPattern)
            part = try moved(part, try layout(shape, isWhole), try layout(shape, false))
            #expect(part.values == HostTensor(x.type.shape, x.values).block(channels(range, of: x.type.shape)).values)
            parts.append(try moved(part, try layout(shape, false), try layout(shape, test.areBlocked)))
            layouts.append(try layout(shape, true))
        }
        let run = try KernelRun(Concatenation(axis: 1), parts, layouts: layouts)
        #expect(run.choice.implementation == (test.areBlocked ? "loop:aBcd\(block)b" : "loop:row-major"))
        var y = x
        y.words = run.outputs[0].map(\.bitPattern)
        #expect(try moved(y, test.areBlocked ? blocks : rows, rows).values == x.values)
    }

    private func channels(_ range: Range<Int>, of shape: Shape) -> [Range<Int>] {
        var ranges = shape.dimensions.map { 0..<$0 }
        ranges[1] = range
        return ranges
    }
}
