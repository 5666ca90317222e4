public import Parallelism

/// A way to spread the work that is held to one device.
public struct VerificationCase: Sendable, Hashable, CustomStringConvertible {
    /// What Documentation/Promises.md promises of the parameters.
    public enum Promise: String, Sendable, Hashable {
        /// The bits that one device with one core computes.
        case sameBits = "same-bits"
        /// As near as `Agreement` says, and the same bits run after run.
        case bounded
    }

    public let mode: ParallelMode
    public let devices: Int
    public let coresPerDevice: Int

    public init(mode: ParallelMode, devices: Int, coresPerDevice: Int) {
        self.mode = mode
        self.devices = devices
        self.coresPerDevice = coresPerDevice
    }

    /// On one device no mode divides anything but the batch.
    public var promise: Promise {
        switch mode {
        case .single, .data: .sameBits
        case .model, .hybrid: devices == 1 ? .sameBits : .bounded
        }
    }

    public var description: String {
        "mode \(mode.rawValue) on \(devices) device\(devices == 1 ? "" : "s") of \(coresPerDevice) core"
            + (coresPerDevice == 1 ? "" : "s")
    }
}
