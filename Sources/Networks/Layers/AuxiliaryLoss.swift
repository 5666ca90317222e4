public import Graphs

/// A branch with a loss of its own, which training makes small as well: the input is handed on unchanged.
///
/// The branch ends in scores [N, classes] of the batch's `labels`. For inference its parameters are kept and its operations left out.
///
///     AuxiliaryLoss(weight: 0.3, name: "aux1") {
///         AvgPool2D(5, stride: 3)
///         Dense(1000, name: "aux1.fc")
///     }
///
/// Source: C. Szegedy et al., "Going Deeper with Convolutions", CVPR 2015, section 5.
public struct AuxiliaryLoss: Layer {
    /// What the mean of this loss is multiplied by before it is added to the network's own.
    public let weight: Float
    /// Of the output.
    public let name: String
    public let loss: SoftmaxCrossEntropy
    public let branch: Sequential

    public init(
        weight: Float, name: String, loss: SoftmaxCrossEntropy = SoftmaxCrossEntropy(),
        @LayerBuilder _ layers: () -> [any Layer]
    ) {
        self.weight = weight
        self.name = name
        self.loss = loss
        branch = Sequential(layers)
    }

    public func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        guard weight > 0, weight.isFinite else {
            throw .layer(name: name, reason: "a loss of weight \(weight) is nothing to make small; use a number above 0")
        }
        guard builder.purpose == .training else {
            try builder.addingParametersOnly { builder throws(NetworkError) in
                _ = try branch.apply(to: input, in: &builder)
            }
            return input
        }
        let scores = try branch.apply(to: input, in: &builder)
        try builder.inLayer(name) { builder throws(NetworkError) in
            let loss = loss.smoothing(by: max(builder.labelSmoothing, loss.labelSmoothing))
            let outputs = try builder.add(loss, [scores, try builder.input("labels")], named: name)
            try builder.addOutput(outputs[0], named: name, .loss(weight: weight))
        }
        return input
    }
}
