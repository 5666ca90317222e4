import COneDNN

/// Which way through an operation a primitive computes.
package enum Pass: Sendable {
    case inference, training, backwardData, backwardWeights

    static func forward(training: Bool) -> Pass { training ? .training : .inference }

    var number: Int32 {
        switch self {
        case .inference: Int32(onednn_pass_inference)
        case .training: Int32(onednn_pass_training)
        case .backwardData: Int32(onednn_pass_backward_data)
        case .backwardWeights: Int32(onednn_pass_backward_weights)
        }
    }
}
