package import Networks
import Tensors

extension ChannelPadding: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        var y = ReferenceTensor(zeros: outputShapes(of: inputs)[0])
        let (own, all) = (inputs[0].values.count / y.shape[0], y.values.count / y.shape[0])
        for i in inputs[0].values.indices { y.values[i / own * all + i % own] = inputs[0].values[i] }
        return [y]
    }
}
