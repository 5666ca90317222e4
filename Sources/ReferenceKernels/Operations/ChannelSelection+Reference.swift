package import Networks
import Tensors

extension ChannelSelection: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let x = inputs[0]
        var y = ReferenceTensor(zeros: x.shape.replacing(axis: 1, with: indices.count))
        forEachSelected(indices, of: x.shape[1], in: y) { y.values[$1] = x.values[$0] }
        return [y]
    }
}

extension ChannelSelectionGradient: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let dy = inputs[0]
        var dx = ReferenceTensor(zeros: dy.shape.replacing(axis: 1, with: channels))
        forEachSelected(indices, of: channels, in: dy) { dx.values[$0] += dy.values[$1] }
        return [dx]
    }
}

/// Calls `body` with the place in x of each element of y, and its place in y.
private func forEachSelected(_ indices: [Int], of channels: Int, in y: ReferenceTensor, _ body: (_ x: Int, _ y: Int) -> Void) {
    let extent = y.shape.dimensions[2...].reduce(1, *)
    for n in 0..<y.shape[0] {
        for (place, channel) in indices.enumerated() {
            for i in 0..<extent { body((n * channels + channel) * extent + i, (n * indices.count + place) * extent + i) }
        }
    }
}
