package import Networks
import Tensors

extension Convolution: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let (x, weight) = (inputs[0], inputs[1])
        var y = ReferenceTensor(zeros: outputShapes(of: inputs)[0])
        if inputs.count == 3 {
            y.forEachChannel { channel, elements in
                for i in elements { y.values[i] = inputs[2].values[channel] }
            }
        }
        ConvolutionLoop(x: x.shape, y: y.shape, window: window, groups: groups).forEachProduct { row in
            let w = weight.values[row.weight]
            for i in 0..<row.count { y.values[row.y + i] += w * x.values[row.x + i * row.xStride] }
        }
        return [y]
    }
}

extension ConvolutionDataGradient: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let (dy, weight) = (inputs[0], inputs[1])
        var dx = ReferenceTensor(zeros: outputShapes(of: inputs)[0])
        ConvolutionLoop(x: dx.shape, y: dy.shape, window: window, groups: groups).forEachProduct { row in
            let w = weight.values[row.weight]
            for i in 0..<row.count { dx.values[row.x + i * row.xStride] += w * dy.values[row.y + i] }
        }
        return [dx]
    }
}

extension ConvolutionWeightGradient: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let (x, dy) = (inputs[0], inputs[1])
        var weight = ReferenceTensor(zeros: outputShapes(of: inputs)[0])
        ConvolutionLoop(x: x.shape, y: dy.shape, window: window, groups: groups).forEachProduct { row in
            var sum = 0.0
            for i in 0..<row.count { sum += x.values[row.x + i * row.xStride] * dy.values[row.y + i] }
            weight.values[row.weight] += sum
        }
        return [weight] + (hasBias ? BiasGradient.sum(of: dy) : [])
    }
}

/// The products that make up a convolution: y[n, k, p, q] = Σ x[n, c, p·stride + r·dilation − padding, …]·weight[k, c, r, s].
/// Forward and both gradients are sums over the same triples of elements (x, weight, y).
private struct ConvolutionLoop {
    /// [N, C, H, W]
    let x: Shape
    /// [N, K, H′, W′]
    let y: Shape
    let window: WindowGeometry
    let groups: Int

    /// Triples that share a weight: those of one row of y.
    struct Row {
        let weight: Int
        /// The places of the first element of y, whose neighbours follow it, and of the first of x, with their distance.
        let y: Int
        let x: Int
        let xStride: Int
        let count: Int
    }

    func forEachProduct(_ body: (Row) -> Void) {
        let rows = (0..<window.kernel[0]).map { window.outputs(meeting: $0, axis: 0, input: x[2], output: y[2]) }
        let columns = (0..<window.kernel[1]).map { window.outputs(meeting: $0, axis: 1, input: x[3], output: y[3]) }
        let inputsPerGroup = x[1] / groups
        let outputsPerGroup = y[1] / groups
        for n in 0..<y[0] {
            for k in 0..<y[1] {
                for c in 0..<inputsPerGroup {
                    let xPlane = (n * x[1] + k / outputsPerGroup * inputsPerGroup + c) * x[2] * x[3]
                    let yPlane = (n * y[1] + k) * y[2] * y[3]
                    for r in 0..<window.kernel[0] {
                        for s in 0..<window.kernel[1] where !columns[s].isEmpty {
                            let (first, count) = (columns[s].lowerBound, columns[s].count)
                            let weight = ((k * inputsPerGroup + c) * window.kernel[0] + r) * window.kernel[1] + s
                            for p in rows[r] {
                                let xRow = xPlane + window.input(of: p, tap: r, axis: 0) * x[3]
                                body(
                                    Row(
                                        weight: weight, y: yPlane + p * y[3] + first,
                                        x: xRow + window.input(of: first, tap: s, axis: 1),
                                        xStride: window.stride[1], count: count))
                            }
                        }
                    }
                }
            }
        }
    }
}
