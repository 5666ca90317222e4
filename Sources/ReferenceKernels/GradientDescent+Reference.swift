package import Networks

extension GradientDescent {
    /// One update of a parameter and its velocity, in double precision.
    /// - Parameter kind: of the parameter; the form of 2012 decays no biases.
    package func referenceUpdate(
        parameter: inout ReferenceTensor, velocity: inout ReferenceTensor, gradient: ReferenceTensor, learningRate: Double,
        kind: Parameter.Kind
    ) {
        let momentum = Double(momentum)
        let weightDecay = form == .alexnet && kind == .bias ? 0 : Double(weightDecay)
        for i in parameter.values.indices {
            let w = parameter.values[i]
            let g = gradient.values[i]
            switch form {
            case .alexnet:
                velocity.values[i] = momentum * velocity.values[i] - weightDecay * learningRate * w - learningRate * g
                parameter.values[i] = w + velocity.values[i]
            case .common:
                velocity.values[i] = momentum * velocity.values[i] + g + weightDecay * w
                parameter.values[i] = w - learningRate * velocity.values[i]
            }
        }
    }
}
