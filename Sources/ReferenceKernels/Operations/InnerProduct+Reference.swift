package import Networks
import Tensors

extension InnerProduct: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let (x, weight) = (inputs[0], inputs[1])
        let (n, k, c) = (x.shape[0], weight.shape[0], x.shape[1])
        var y = ReferenceTensor(zeros: [n, k])
        for i in 0..<n {
            for j in 0..<k {
                var sum = inputs.count == 3 ? inputs[2].values[j] : 0
                for l in 0..<c { sum += x.values[i * c + l] * weight.values[j * c + l] }
                y.values[i * k + j] = sum
            }
        }
        return [y]
    }
}

extension InnerProductDataGradient: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let (dy, weight) = (inputs[0], inputs[1])
        let (n, k, c) = (dy.shape[0], weight.shape[0], weight.shape[1])
        var dx = ReferenceTensor(zeros: [n, c])
        for i in 0..<n {
            for j in 0..<k {
                let d = dy.values[i * k + j]
                for l in 0..<c { dx.values[i * c + l] += d * weight.values[j * c + l] }
            }
        }
        return [dx]
    }
}

extension InnerProductWeightGradient: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let (x, dy) = (inputs[0], inputs[1])
        let (n, k, c) = (x.shape[0], dy.shape[1], x.shape[1])
        var weight = ReferenceTensor(zeros: [k, c])
        for i in 0..<n {
            for j in 0..<k {
                let d = dy.values[i * k + j]
                for l in 0..<c { weight.values[j * c + l] += d * x.values[i * c + l] }
            }
        }
        return [weight] + (hasBias ? BiasGradient.sum(of: dy) : [])
    }
}
