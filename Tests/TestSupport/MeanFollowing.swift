package import Networks
package import Tensors

/// Adds to each channel a state that follows the channel's mean: what the step finds changes what the next one computes.
///
///     y = x + s;   s ← 0.75·s + 0.25·(mean of x over examples and space)
package struct MeanFollowing: Layer {
    package let name: String
    /// Whether the state is also added, or only kept.
    package let isRead: Bool

    package init(name: String, isRead: Bool = true) {
        self.name = name
        self.isRead = isRead
    }

    package func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        let shape = builder.type(input).shape
        return try builder.inLayer(name) { builder throws(NetworkError) in
            let state = try builder.addParameter(
                Parameter(name: "\(name).mean", shape: [shape[1]], kind: .state, fanIn: 1, initializer: .constant(0.5)))
            let mean = try builder.add(
                ChannelSum(scale: 1 / Float(shape.elementCount / shape[1])), [input], named: "\(name).sum")[0]
            try builder.addUpdate(of: state, from: mean, rule: RunningMean(momentum: 0.25))
            return isRead ? try builder.add(BiasAddition(), [input, state])[0] : input
        }
    }
}

/// The sum of each channel, times a constant. Input: [N, C, …]. Output: [C].
package struct ChannelSum: LoopOperation {
    package let scale: Float

    package init(scale: Float) { self.scale = scale }

    package var name: String { "channel sum" }

    package func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] { [.channels(inputs[0].shape[1])] }

    package func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        [
            PlacementRule(.batch, [.split(0)], to: [.partial]), PlacementRule(.channels, [.split(1)], to: [.split(0)]),
            PlacementRule(.nothing, [.replicated], to: [.replicated]),
        ]
    }

    package func compute(_ block: OperationBlock<Float>) { sum(block) }
    package func compute(_ block: OperationBlock<Double>) { sum(block) }

    private func sum<Number>(_ block: OperationBlock<Number>) {
        let (x, y) = (block.input(0), block.output(0))
        let extent = x.count / max(1, block.inputTypes[0].shape[0] * y.count)
        for channel in y.indices { y[channel] = 0 }
        for (row, start) in stride(from: 0, to: x.count, by: extent).enumerated() {
            for i in start..<start + extent { y[row % y.count] += Number(scale) * x[i] }
        }
    }
}
