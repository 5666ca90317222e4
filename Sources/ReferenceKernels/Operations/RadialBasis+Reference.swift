package import Networks
import Tensors

extension RadialBasis: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let (x, centers) = (inputs[0], inputs[1])
        let (n, k, c) = (x.shape[0], centers.shape[0], x.shape[1])
        var y = ReferenceTensor(zeros: [n, k])
        for i in 0..<n {
            for j in 0..<k {
                for l in 0..<c {
                    let distance = x.values[i * c + l] - centers.values[j * c + l]
                    y.values[i * k + j] -= distance * distance
                }
            }
        }
        return [y]
    }
}

extension RadialBasisGradient: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let (dy, x, centers) = (inputs[0], inputs[1], inputs[2])
        let (n, k, c) = (x.shape[0], centers.shape[0], x.shape[1])
        var dx = ReferenceTensor(zeros: x.shape)
        for i in 0..<n {
            for j in 0..<k {
                for l in 0..<c {
                    dx.values[i * c + l] -= 2 * dy.values[i * k + j] * (x.values[i * c + l] - centers.values[j * c + l])
                }
            }
        }
        return [dx]
    }
}
