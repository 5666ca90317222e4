package import Networks
import Tensors

extension HighwayGate: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let (t, h, x) = (inputs[0].values, inputs[1].values, inputs[2].values)
        return [ReferenceTensor(inputs[0].shape, t.indices.map { t[$0] * h[$0] + (1 - t[$0]) * x[$0] })]
    }
}

extension HighwayGateGradient: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let (dy, t, h, x) = (inputs[0].values, inputs[1].values, inputs[2].values, inputs[3].values)
        return [
            ReferenceTensor(inputs[0].shape, t.indices.map { dy[$0] * (h[$0] - x[$0]) }),
            ReferenceTensor(inputs[0].shape, t.indices.map { dy[$0] * t[$0] }),
            ReferenceTensor(inputs[0].shape, t.indices.map { dy[$0] * (1 - t[$0]) }),
        ]
    }
}
