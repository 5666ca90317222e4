package import Networks

/// A rule whose formula is said again here, plainly, for one element in double precision.
package protocol ReferenceUpdateRule: UpdateRule {
    /// - Parameter count: how many updates this one is, counted from 1.
    func updated(
        weight: Double, slots: [Double], gradient: Double, learningRate: Double, count: Int
    ) -> (weight: Double, slots: [Double])
}

extension GradientDescent: ReferenceUpdateRule {
    package func updated(
        weight w: Double, slots: [Double], gradient g: Double, learningRate: Double, count: Int
    ) -> (weight: Double, slots: [Double]) {
        let (m, d) = (Double(momentum), Double(weightDecay))
        switch form {
        case .alexnet:
            let v = m * slots[0] - d * learningRate * w - learningRate * g
            return (w + v, [v])
        case .common:
            let v = m * slots[0] + g + d * w
            return (w - learningRate * v, [v])
        case .nesterov:
            let v = m * slots[0] + g + d * w
            return (w - learningRate * (g + d * w + m * v), [v])
        }
    }
}

extension Adam: ReferenceUpdateRule {
    package func updated(
        weight: Double, slots: [Double], gradient: Double, learningRate: Double, count: Int
    ) -> (weight: Double, slots: [Double]) {
        let (b1, b2, d) = (beta1, beta2, weightDecay)
        let w = decay == .decoupled ? weight - learningRate * d * weight : weight
        let g = decay == .gradient ? gradient + d * w : gradient
        let m = b1 * slots[0] + (1 - b1) * g
        let v = b2 * slots[1] + (1 - b2) * g * g
        var (power1, power2) = (1.0, 1.0)
        for _ in 0..<count {
            power1 *= b1
            power2 *= b2
        }
        let denominator = v.squareRoot() / (1 - power2).squareRoot() + epsilon
        return (w - learningRate / (1 - power1) * m / denominator, [m, v])
    }
}

extension RunningMean: ReferenceUpdateRule {
    package func updated(
        weight: Double, slots: [Double], gradient: Double, learningRate: Double, count: Int
    ) -> (weight: Double, slots: [Double]) {
        (weight + Double(momentum) * (gradient - weight), [])
    }
}

extension ReferenceUpdateRule {
    /// One update of a parameter and of its slots.
    package func referenceUpdate(
        _ tensor: inout ReferenceTensor, slots: inout [ReferenceTensor], gradient: ReferenceTensor, learningRate: Double,
        count: Int
    ) {
        for i in tensor.values.indices {
            let (weight, state) = updated(
                weight: tensor.values[i], slots: slots.map { $0.values[i] }, gradient: gradient.values[i],
                learningRate: learningRate, count: count)
            tensor.values[i] = weight
            for (number, value) in state.enumerated() { slots[number].values[i] = value }
        }
    }
}
