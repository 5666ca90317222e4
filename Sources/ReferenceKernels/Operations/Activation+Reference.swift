import Foundation
package import Networks

extension Activation: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        switch function {
        case .relu:
            return [inputs[0].map { max($0, 0) }]
        case .tanh(let amplitude, let slope):
            return [inputs[0].map { Double(amplitude) * Foundation.tanh(Double(slope) * $0) }]
        case .sigmoid:
            return [inputs[0].map { 1 / (1 + exp(-$0)) }]
        case .gelu:
            return [inputs[0].map { $0 * normalDistribution($0) }]
        }
    }
}

extension ActivationGradient: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let slope: (Double) -> Double =
            switch function {
            case .relu: { $0 > 0 ? 1 : 0 }
            case .tanh(let amplitude, let slope):
                { y in
                    let tangent = y / Double(amplitude)
                    return Double(amplitude) * Double(slope) * (1 - tangent * tangent)
                }
            case .sigmoid: { $0 * (1 - $0) }
            case .gelu: { x in normalDistribution(x) + x * exp(-x * x / 2) / (2 * Double.pi).squareRoot() }
            }
        return [ReferenceTensor(inputs[0].shape, zip(inputs[0].values, inputs[1].values).map { $0 * slope($1) })]
    }
}

/// The share of standard normal numbers below x.
private func normalDistribution(_ x: Double) -> Double { (1 + erf(x / 2.0.squareRoot())) / 2 }
