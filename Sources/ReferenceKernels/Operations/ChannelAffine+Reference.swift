package import Networks
import Tensors

extension ChannelAffine: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        var y = inputs[0]
        inputs[0].forEachChannel { channel, elements in
            let scale = inputs[1].values[channel] * Double(inputScale)
            for i in elements { y.values[i] = scale * inputs[0].values[i] + inputs[2].values[channel] }
        }
        return [y]
    }
}

extension ChannelScaling: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        var y = inputs[0]
        inputs[0].forEachChannel { channel, elements in
            for i in elements { y.values[i] *= inputs[1].values[channel] * Double(inputScale) }
        }
        return [y]
    }
}

extension ChannelAffineParameterGradient: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let (x, dy) = (inputs[0], inputs[1])
        var coefficient = ReferenceTensor(zeros: [x.shape[1]])
        var bias = coefficient
        x.forEachChannel { channel, elements in
            for i in elements {
                coefficient.values[channel] += Double(inputScale) * x.values[i] * dy.values[i]
                bias.values[channel] += dy.values[i]
            }
        }
        return [coefficient, bias]
    }
}
