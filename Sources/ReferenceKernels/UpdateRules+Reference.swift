package import Networks

/// A rule whose formula is said again here, plainly, for one element in double precision.
package protocol ReferenceUpdateRule: UpdateRule {
    /// - Parameters:
    ///   - count: how many updates this one is, counted from 1.
    ///   - norms: of the whole parameter and of its gradient.
    func updated(
        weight: Double, slots: [Double], gradient: Double, learningRate: Double, count: Int, norms: ParameterNorms
    ) -> (weight: Double, slots: [Double])
}

extension GradientDescent: ReferenceUpdateRule {
    package func updated(
        weight w: Double, slots: [Double], gradient g: Double, learningRate: Double, count: Int, norms: ParameterNorms
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
        weight: Double, slots: [Double], gradient: Double, learningRate: Double, count: Int, norms: ParameterNorms
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
        weight: Double, slots: [Double], gradient: Double, learningRate: Double, count: Int, norms: ParameterNorms
    ) -> (weight: Double, slots: [Double]) {
        (weight + Double(momentum) * (gradient - weight), [])
    }
}

extension LARS: ReferenceUpdateRule {
    package func updated(
        weight w: Double, slots: [Double], gradient g: Double, learningRate: Double, count: Int, norms: ParameterNorms
    ) -> (weight: Double, slots: [Double]) {
        let d = Double(weightDecay)
        let isAdapted = d > 0 && norms.weights > 0 && norms.gradient > 0
        let ratio = isAdapted ? trustCoefficient * norms.weights / (norms.gradient + d * norms.weights + epsilon) : 1
        let v = Double(momentum) * slots[0] + ratio * (g + (isAdapted ? d : 0) * w)
        return (w - learningRate * v, [v])
    }
}

extension Clipped: ReferenceUpdateRule {
    package func updated(
        weight: Double, slots: [Double], gradient: Double, learningRate: Double, count: Int, norms: ParameterNorms
    ) -> (weight: Double, slots: [Double]) {
        base.reference.updated(
            weight: weight, slots: slots, gradient: gradient, learningRate: learningRate, count: count, norms: norms)
    }
}

extension ExponentialAverage: ReferenceUpdateRule {
    package func updated(
        weight: Double, slots: [Double], gradient: Double, learningRate: Double, count: Int, norms: ParameterNorms
    ) -> (weight: Double, slots: [Double]) {
        let (w, kept) = base.reference.updated(
            weight: weight, slots: slots.dropLast(), gradient: gradient, learningRate: learningRate, count: count, norms: norms)
        return (w, kept + [count == 1 ? w : decay * slots[slots.count - 1] + (1 - decay) * w])
    }
}

extension UpdateRule {
    /// The rule, for its plain formula.
    package var reference: any ReferenceUpdateRule {
        guard let rule = self as? any ReferenceUpdateRule else {
            preconditionFailure("the update rule \(name) has no plain formula")
        }
        return rule
    }
}

extension ReferenceUpdateRule {
    /// One update of a parameter and of its slots.
    package func referenceUpdate(
        _ tensor: inout ReferenceTensor, slots: inout [ReferenceTensor], gradient: ReferenceTensor, learningRate: Double,
        count: Int
    ) {
        func norm(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        let norms = ParameterNorms(weights: norm(tensor.values), gradient: norm(gradient.values))
        for i in tensor.values.indices {
            let (weight, state) = updated(
                weight: tensor.values[i], slots: slots.map { $0.values[i] }, gradient: gradient.values[i],
                learningRate: learningRate, count: count, norms: norms)
            tensor.values[i] = weight
            for (number, value) in state.enumerated() { slots[number].values[i] = value }
        }
    }
}
