package import Networks
import Tensors

extension ChannelGate: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        var y = inputs[0]
        let extent = y.shape.dimensions[2...].reduce(1, *)
        for i in y.values.indices { y.values[i] *= inputs[1].values[i / extent] }
        return [y]
    }
}

extension ChannelGateGradient: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let (x, dy) = (inputs[0], inputs[1])
        var gate = ReferenceTensor(zeros: [x.shape[0], x.shape[1]])
        let extent = x.shape.dimensions[2...].reduce(1, *)
        for i in x.values.indices { gate.values[i / extent] += x.values[i] * dy.values[i] }
        return [gate]
    }
}
