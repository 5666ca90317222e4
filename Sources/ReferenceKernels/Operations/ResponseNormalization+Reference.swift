import Foundation
package import Networks
import Tensors

extension ResponseNormalization: ReferenceComputable {
    /// The workspace is the parenthesis of the formula, k + α·Σ x².
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let x = inputs[0]
        var y = x
        var scale = x
        forEachNeighborhood(in: x.shape) { place, neighbors in
            let sum = neighbors.reduce(0) { $0 + x.values[$1] * x.values[$1] }
            scale.values[place] = Double(k) + Double(alpha) * sum
            y.values[place] = x.values[place] * pow(scale.values[place], -Double(beta))
        }
        return keepsWorkspace ? [y, scale] : [y]
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
        let (dy, x, scale) = (inputs[0], inputs[1], inputs[2])
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
