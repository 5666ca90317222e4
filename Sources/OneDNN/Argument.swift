import COneDNN

/// The part a tensor plays in a primitive.
package enum Argument: Hashable, Sendable, CustomStringConvertible {
    case source, weights, bias, destination
    /// What a training pass keeps for its backward pass.
    case workspace
    /// Room for intermediate results; its contents mean nothing between executions.
    case scratchpad
    case diffSource, diffWeights, diffBias, diffDestination

    var number: Int32 {
        switch self {
        case .source: Int32(onednn_argument_source)
        case .weights: Int32(onednn_argument_weights)
        case .bias: Int32(onednn_argument_bias)
        case .destination: Int32(onednn_argument_destination)
        case .workspace: Int32(onednn_argument_workspace)
        case .scratchpad: Int32(onednn_argument_scratchpad)
        case .diffSource: Int32(onednn_argument_diff_source)
        case .diffWeights: Int32(onednn_argument_diff_weights)
        case .diffBias: Int32(onednn_argument_diff_bias)
        case .diffDestination: Int32(onednn_argument_diff_destination)
        }
    }

    package var description: String {
        switch self {
        case .source: "source"
        case .weights: "weights"
        case .bias: "bias"
        case .destination: "destination"
        case .workspace: "workspace"
        case .scratchpad: "scratchpad"
        case .diffSource: "source gradient"
        case .diffWeights: "weights gradient"
        case .diffBias: "bias gradient"
        case .diffDestination: "destination gradient"
        }
    }
}
