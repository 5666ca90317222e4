package import Networks
import Tensors

extension BlurPooling: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let x = inputs[0]
        var y = ReferenceTensor(zeros: outputShapes(of: inputs)[0])
        forEachTap(x: x.shape, y: y.shape, stride: stride) { y.values[$1] += $2 * x.values[$0] }
        return [y]
    }
}

extension BlurPoolingGradient: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let dy = inputs[0]
        var dx = ReferenceTensor(zeros: outputShapes(of: inputs)[0])
        forEachTap(x: dx.shape, y: dy.shape, stride: stride) { dx.values[$0] += $2 * dy.values[$1] }
        return [dx]
    }
}

/// Calls `body` with the place in x of each element under each filter, the place in y of what it is part of, and its weight.
private func forEachTap(x: Shape, y: Shape, stride: Int, _ body: (_ x: Int, _ y: Int, _ weight: Double) -> Void) {
    func reflected(_ index: Int, _ extent: Int) -> Int { index < 0 ? -index : index < extent ? index : 2 * (extent - 1) - index }
    for place in 0..<y.elementCount {
        let (plane, p, q) = (place / (y[2] * y[3]), place / y[3] % y[2], place % y[3])
        for r in -1...1 {
            for s in -1...1 {
                let (h, w) = (reflected(p * stride + r, x[2]), reflected(q * stride + s, x[3]))
                body((plane * x[2] + h) * x[3] + w, place, Double((2 - abs(r)) * (2 - abs(s))) / 16)
            }
        }
    }
}
