public import Checkpoints
public import Networks
import Sessions
public import Tensors

/// One number for all of a network's parameters, to see at a glance whether two runs ended with the same bits.
public enum WeightsDigest {
    /// SHA-256, in hexadecimal, over all parameters in the network's order.
    ///
    /// Of each: the bytes of its name and of its shape's dimensions in decimal, both followed by a zero byte, then its
    /// elements, row-major, as little-endian f32. Throws `CheckpointError.digest` where libcrypto refuses.
    public static func hexadecimal(of parameters: [Parameter], values: [HostTensor]) throws(CheckpointError) -> String {
        let digest = try SHA256()
        for (parameter, tensor) in zip(parameters, values) {
            try tensor.values.withUnsafeBufferPointer { values throws(CheckpointError) in
                try update(digest, parameter, values)
            }
        }
        return try digest.finish()
    }

    /// Of a session's parameters as they are, one after the other. Throws what made the session fail, too.
    static func hexadecimal(of session: TrainingSession) throws -> String {
        let digest = try SHA256()
        for (index, parameter) in session.parameters.enumerated() {
            try session.withValues(ofParameter: index) { try update(digest, parameter, $0) }
        }
        return try digest.finish()
    }

    private static func update(
        _ digest: borrowing SHA256, _ parameter: Parameter, _ values: UnsafeBufferPointer<Float>
    ) throws(CheckpointError) {
        let shape = parameter.shape.dimensions.map(String.init).joined(separator: " ")
        try update(digest, Array(parameter.name.utf8) + [0] + Array(shape.utf8) + [0])
        if 1.littleEndian == 1 {
            try digest.update(UnsafeRawBufferPointer(values))
        } else {
            try update(digest, values.map(\.bitPattern.littleEndian))
        }
    }

    private static func update<Element>(_ digest: borrowing SHA256, _ elements: [Element]) throws(CheckpointError) {
        try elements.withUnsafeBufferPointer { elements throws(CheckpointError) in
            try digest.update(UnsafeRawBufferPointer(elements))
        }
    }
}
