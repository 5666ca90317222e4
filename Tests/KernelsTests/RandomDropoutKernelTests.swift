import KernelChoices
import Networks
import Tensors
import Testing

@Suite struct RandomDropoutKernelTests {
    /// The definition, element by element.
    private func factors(_ probability: Float, stream: UInt32, count: Int, _ step: StepArguments) -> [Float] {
        let source = RandomSource(seed: step.seed, purpose: .dropout, stream: stream)
        return (0..<count).map { source.uniform(step: step.step, index: $0) >= probability ? 1 / (1 - probability) : 0 }
    }

    @Test(arguments: channelShapes + [[7], [2, 4096]])
    func aWholeTensorDropsWhatTheDefinitionSays(shape: Shape) throws {
        let x = Operand(random: shape)
        for probability: Float in [0, 0.1, 0.5, 0.9999] {
            let step = StepArguments(step: 41, seed: 0xFEDC_BA98_7654_3210, learningRate: 0)
            let expected = factors(probability, stream: 2, count: shape.elementCount, step)
            for inPlace in [false, true] {
                let run = try KernelRun(
                    RandomDropout(probability: probability, stream: 2), [x], inPlace: inPlace, step: step)
                #expect(run.outputs[1] == expected)
                #expect(run.outputs[0] == zip(x.values, expected).map { $0 * $1 })
            }
        }
    }

    /// A word on the border is kept, its neighbour below is not, whatever the probability: so some of the probabilities are
    /// numbers that the source really gives.
    @Test func probabilitiesThatTheSourceHits() throws {
        let step = StepArguments(step: 0, seed: 1, learningRate: 0)
        let source = RandomSource(seed: 1, purpose: .dropout, stream: 0)
        for index in 0..<40 {
            let uniform = source.uniform(step: 0, index: index)
            for probability in [uniform, uniform.nextUp, uniform.nextDown] where probability >= 0 {
                let run = try KernelRun(
                    RandomDropout(probability: probability, stream: 0), [Operand(random: [40])], step: step)
                #expect(run.outputs[1] == factors(probability, stream: 0, count: 40, step))
            }
        }
    }

    /// Shapes, and into how many parts each axis is cut.
    static let cuts: [(shape: Shape, parts: Shape)] = [
        ([6, 5], [2, 1]), ([6, 6], [1, 3]), ([6, 9], [3, 3]), ([4, 6, 3, 5], [2, 1, 1, 1]), ([4, 6, 3, 5], [1, 2, 1, 1]),
        ([3, 9, 3, 3], [3, 3, 1, 1]), ([1, 7], [1, 7]), ([2, 3, 4, 5], [1, 1, 2, 5]),
    ]

    @Test(arguments: cuts)
    func blocksAgreeWithTheWhole(shape: Shape, parts: Shape) throws {
        let x = HostTensor(shape, Operand(random: shape).values)
        let dropout = RandomDropout(probability: 0.5, stream: 5)
        let whole = try KernelRun(dropout, [Operand(shape, x.values)])
        var y = HostTensor(zeros: shape)
        var factor = HostTensor(zeros: shape)
        for part in 0..<parts.elementCount {
            let ranges = (0..<shape.rank).map { axis in
                let extent = shape[axis] / parts[axis]
                let place = part / parts.strides[axis] % parts[axis]
                return place * extent..<(place + 1) * extent
            }
            let block = x.block(ranges)
            let local = dropout.localized(
                to: LocalBlock(shardings: [], outputShapes: [shape, shape], outputRanges: [ranges, ranges]))
            let run = try KernelRun(local, [Operand(block.shape, block.values)], inPlace: part % 2 == 0)
            y.setBlock(ranges, to: HostTensor(block.shape, run.outputs[0]))
            factor.setBlock(ranges, to: HostTensor(block.shape, run.outputs[1]))
        }
        #expect(y.values == whole.outputs[0])
        #expect(factor.values == whole.outputs[1])
    }

    @Test func stepsSeedsAndStreamsDropOtherElements() throws {
        func factor(step: Int = 0, seed: UInt64 = 0, stream: UInt32 = 0) throws -> [Float] {
            let arguments = StepArguments(step: step, seed: seed, learningRate: 0)
            let dropout = RandomDropout(probability: 0.5, stream: stream)
            return try KernelRun(dropout, [Operand(random: [64])], step: arguments).outputs[1]
        }
        let masks = Set([try factor(), try factor(step: 1), try factor(seed: 1), try factor(stream: 1)])
        #expect(masks.count == 4)
    }
}
