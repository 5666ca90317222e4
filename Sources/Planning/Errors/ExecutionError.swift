public import KernelChoices

/// What can go wrong between a device program and its results.
public enum ExecutionError: Error, Sendable, CustomStringConvertible {
    case outOfMemory(bytes: Int)
    /// A device that would need more memory than it may take; nothing has been made.
    case deviceMemory(DeviceMemoryShortage)
    /// Products in a number format that the processor has no instructions for.
    case precisionNotSupported(Precision)
    /// An operation that no kernel computes.
    case noKernel(operation: String)
    /// A kernel that failed: where, in which step (counted from 0; none while plans are made), and what the library said.
    case kernelFailed(device: Int, lane: Int, step: Int?, layer: String, operation: String, reason: String)
    /// A training step that met a value that is not finite.
    case notFinite(NonFiniteValue)
    /// Plans of a session's workers that would wait for each other for ever, or read what is not there; nothing has been made.
    case plansDisagree(reason: String)
    /// A step in which nothing moved any more.
    case stalled(StalledStep)
    /// Gradients of a session whose memory went to other tensors.
    case gradientsNotKept
    /// Parameters from outside that do not fit the network.
    case parameterMismatch(name: String, expected: String, actual: String)

    public var description: String {
        switch self {
        case .outOfMemory(let bytes):
            "the system refuses \(bytes) bytes of memory; use a smaller batch, fewer devices or a smaller network"
        case .deviceMemory(let shortage):
            "\(shortage); use a smaller batch, more devices in model mode, or a higher limit"
        case .precisionNotSupported(let precision):
            "this processor has no instructions for products in \(precision.rawValue); use --precision f32"
        case .noKernel(let operation):
            "there is no kernel for \(operation), and it brings no loop of its own; have its type conform to LoopOperation"
        case .kernelFailed(let device, let lane, let step, let layer, let operation, let reason):
            "device \(device), lane \(lane)\(step.map { ", step \($0)" } ?? ""): \(operation) of \(layer) failed: \(reason)"
        case .notFinite(let value):
            value.description
        case .plansDisagree(let reason):
            "the devices' plans do not fit together (\(reason)); this is a mistake of partrain's: please report it with the command"
        case .stalled(let stall):
            stall.description
        case .gradientsNotKept:
            "the gradients' memory has gone to other tensors; make the session with keepsGradients: true"
        case .parameterMismatch(let name, let expected, let actual):
            "parameter \(name) is \(expected) in this network, but the given one is \(actual)"
        }
    }
}
