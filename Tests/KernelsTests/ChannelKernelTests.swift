import Networks
import Tensors
import Testing

/// Biases, channel affines, and their gradients, against loops over (n, c, place).
@Suite struct ChannelKernelTests {
    /// One number per element of [N, C, …] from its channel and its place in the row-major values.
    private func map<R>(_ shape: Shape, _ body: (_ channel: Int, _ index: Int) -> R) -> [R] {
        let rowLength = shape.elementCount / (shape[0] * shape[1])
        return (0..<shape.elementCount).map { body($0 / rowLength % shape[1], $0) }
    }

    private func sums(_ shape: Shape, _ body: (_ index: Int) -> Double) -> [Double] {
        var sums = [Double](repeating: 0, count: shape[1])
        for (channel, value) in map(shape, { ($0, body($1)) }) { sums[channel] += value }
        return sums
    }

    @Test(arguments: channelShapes, [false, true])
    func additionOfABias(shape: Shape, inPlace: Bool) throws {
        let (x, bias) = (Operand(random: shape), Operand(random: [shape[1]], stream: 1))
        let run = try KernelRun(BiasAddition(), [x, bias], inPlace: inPlace)
        #expect(run.outputs[0] == map(shape) { x.values[$1] + bias.values[$0] })
    }

    @Test(arguments: channelShapes)
    func gradientOfABias(shape: Shape) throws {
        let dy = Operand(random: shape)
        expectClose(try KernelRun(BiasGradient(), [dy]).outputs[0], sums(shape) { Double(dy.values[$0]) })
    }

    /// Scales by powers of two, which change no rounding.
    @Test(arguments: channelShapes, [(false, Float(1)), (true, 4)])
    func affine(shape: Shape, option: (inPlace: Bool, inputScale: Float)) throws {
        let (inPlace, scale) = option
        let x = Operand(random: shape)
        let coefficient = Operand(random: [shape[1]], stream: 1)
        let bias = Operand(random: [shape[1]], stream: 2)
        let run = try KernelRun(ChannelAffine(inputScale: scale), [x, coefficient, bias], inPlace: inPlace)
        expectClose(
            run.outputs[0],
            map(shape) {
                Double(scale) * Double(x.values[$1]) * Double(coefficient.values[$0]) + Double(bias.values[$0])
            })
        let scaling = try KernelRun(ChannelScaling(inputScale: scale), [x, coefficient], inPlace: inPlace)
        #expect(scaling.outputs[0] == map(shape) { scale * x.values[$1] * coefficient.values[$0] })
    }

    @Test(arguments: channelShapes, [Float(1), 4])
    func gradientsOfAnAffine(shape: Shape, scale: Float) throws {
        let (x, dy) = (Operand(random: shape), Operand(random: shape, stream: 1))
        let run = try KernelRun(ChannelAffineParameterGradient(inputScale: scale), [x, dy])
        expectClose(run.outputs[0], sums(shape) { Double(scale) * Double(x.values[$0]) * Double(dy.values[$0]) })
        expectClose(run.outputs[1], sums(shape) { Double(dy.values[$0]) })
    }
}
