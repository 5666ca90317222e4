public import Graphs
import Tensors

/// Batch normalisation: `name.weight` and `name.bias` [C], which scale and shift, and the running statistics `name.running_mean`,
/// `name.running_var` [C] and `name.num_batches_tracked` [1], by which evaluations normalise. Names and meanings are PyTorch's
/// `BatchNorm2d`'s.
///
/// Which statistics training normalises by is the network's to say; see `Network.normalizing(by:)`.
public struct BatchNorm: Layer {
    public let epsilon: Float
    /// How much of the running statistics each step replaces.
    public let momentum: Float
    /// What the scale begins with: 0 in the last normalisation of a residual block lets the block begin as its shortcut.
    /// Source: P. Goyal et al., "Accurate, Large Minibatch SGD", arXiv:1706.02677, section 5.1.
    public let initialScale: Float
    public let name: String?

    public init(epsilon: Float = 1e-5, momentum: Float = 0.1, initialScale: Float = 1, name: String? = nil) {
        self.epsilon = epsilon
        self.momentum = momentum
        self.initialScale = initialScale
        self.name = name
    }

    public func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        let name = name ?? builder.nextName("bn")
        let shape = builder.type(input).shape
        guard shape.rank >= 2 else {
            throw .shape(operation: "batch norm \(name)", expected: "channels [N, C, …]", actual: "\(shape)")
        }
        return try builder.inLayer(name) { builder throws(NetworkError) in
            func parameter(
                _ part: String, _ kind: Parameter.Kind, _ first: Float, _ shape: Shape, _ axes: [Axis]? = nil
            ) throws(NetworkError) -> ValueID {
                try builder.addParameter(
                    Parameter(
                        name: "\(name).\(part)", shape: shape, kind: kind, fanIn: 1, initializer: .constant(first), axes: axes))
            }
            let channels: Shape = [shape[1]]
            let scale = try parameter("weight", .scale, initialScale, channels)
            let shift = try parameter("bias", .bias, 0, channels)
            let mean = try parameter("running_mean", .state, 0, channels)
            let variance = try parameter("running_var", .state, 1, channels)
            let count = try parameter("num_batches_tracked", .state, 0, [1], [.element])
            let states = States(mean: mean, variance: variance, count: count)
            switch builder.purpose == .training ? builder.statistics : .frozen {
            case .frozen: return try builder.add(Normalization(epsilon: epsilon), [input, scale, shift, mean, variance])[0]
            case .microBatch:
                let outputs = try builder.add(
                    BatchNormalization(batchSize: builder.graph.batchSize, epsilon: epsilon), [input, scale, shift])
                try update(states, from: outputs[1], outputs[2], outputs[3], in: &builder)
                return outputs[0]
            case .synchronised:
                let values = shape.elementCount / shape[1]
                let moments = try builder.add(BatchMoments(batchSize: builder.graph.batchSize), [input], named: "\(name).moments")
                let meanOfAll = try builder.add(SumOverBatch(), [moments[0]], named: "\(name).mean")[0]
                let part = try builder.add(
                    BatchVariance(valuesPerChannel: values), moments + [meanOfAll], named: "\(name).squares")[0]
                let varianceOfAll = try builder.add(SumOverBatch(), [part], named: "\(name).variance")[0]
                try update(states, from: moments[0], part, moments[2], in: &builder)
                return try builder.add(
                    Normalization(epsilon: epsilon, valuesPerChannel: values), [input, scale, shift, meanOfAll, varianceOfAll])[0]
            }
        }
    }

    private struct States {
        let mean, variance, count: ValueID
    }

    private func update(
        _ states: States, from mean: ValueID, _ variance: ValueID, _ count: ValueID, in builder: inout GraphBuilder
    ) throws(NetworkError) {
        try builder.addUpdate(of: states.mean, from: mean, rule: RunningMean(momentum: momentum))
        try builder.addUpdate(of: states.variance, from: variance, rule: RunningMean(momentum: momentum))
        try builder.addUpdate(of: states.count, from: count, rule: StepCount())
    }
}
