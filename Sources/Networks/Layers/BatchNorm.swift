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
            guard builder.purpose == .training, builder.statistics == .microBatch else {
                return try builder.add(Normalization(epsilon: epsilon), [input, scale, shift, mean, variance])[0]
            }
            let outputs = try builder.add(
                BatchNormalization(batchSize: builder.graph.batchSize, epsilon: epsilon), [input, scale, shift])
            try builder.addUpdate(of: mean, from: outputs[1], rule: RunningMean(momentum: momentum))
            try builder.addUpdate(of: variance, from: outputs[2], rule: RunningMean(momentum: momentum))
            try builder.addUpdate(of: count, from: outputs[3], rule: StepCount())
            return outputs[0]
        }
    }
}
