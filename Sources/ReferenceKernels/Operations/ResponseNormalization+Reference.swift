import Foundation
package import Networks
import Tensors

extension ResponseNormalization: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        var y = inputs[0]
        let scale = scale(of: y)
        for place in y.values.indices { y.values[place] *= pow(scale.values[place], -Double(beta)) }
        return [y]
    }

    /// The parenthesis of the formula, k + α·Σ x².
    fileprivate func scale(of x: ReferenceTensor) -> ReferenceTensor {
        var scale = x
        forEachNeighborhood(in: x.shape) { place, neighbors in
            scale.values[place] = Double(k) + Double(alpha) * neighbors.reduce(0) { $0 + x.values[$1] * x.values[$1] }
        }
        return scale
    }

    /// Calls `body` with each element's place and those of the elements, itself among them, that it is normalised by.
    fileprivate func forEachNeighborhood(in shape: Shape, _ body: (_ place: Int, _ neighbors: StrideTo<Int>) -> Void) {
        let area = shape[2] * shape[3]
        let perGroup = shape[1] / groups
        for n in 0..<shape[0] {
            for c in 0..<shape[1] {
                let group = c / perGroup * perGroup
                let first = max(group, c - size / 2)
                let end = min(group + perGroup, c + size / 2 + 1)
                for i in 0..<area {
                    let example = n * shape[1] * area + i
                    body(example + c * area, stride(from: example + first * area, to: example + end * area, by: area))
                }
            }
        }
    }
}

extension ResponseNormalizationGradient: ReferenceComputable {
    /// ∂x[i] = ∂y[i]·s[i]^−β − 2αβ·x[i]·Σ ∂y[j]·x[j]·s[j]^(−β−1), the sum over the channels j that x[i] has a part in.
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let (dy, x) = (inputs[0], inputs[1])
        let scale = forward.scale(of: x)
        let beta = Double(forward.beta)
        var dx = x
        forward.forEachNeighborhood(in: x.shape) { place, neighbors in
            let sum = neighbors.reduce(0) { $0 + dy.values[$1] * x.values[$1] * pow(scale.values[$1], -beta - 1) }
            dx.values[place] =
                dy.values[place] * pow(scale.values[place], -beta) - 2 * Double(forward.alpha) * beta * x.values[place] * sum
        }
        return [dx]
    }
}
