package import Networks
import Tensors

extension BiasAddition: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        var y = inputs[0]
        inputs[0].forEachChannel { channel, elements in
            for i in elements { y.values[i] += inputs[1].values[channel] }
        }
        return [y]
    }
}

extension BiasGradient: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        Self.sum(of: inputs[0])
    }

    /// Also for the bias that a convolution or dense layer takes itself.
    static func sum(of dy: ReferenceTensor) -> [ReferenceTensor] {
        var gradient = ReferenceTensor(zeros: [dy.shape[1]])
        dy.forEachChannel { channel, elements in
            for i in elements { gradient.values[channel] += dy.values[i] }
        }
        return [gradient]
    }
}
