/// The metadata that a checkpoint has for itself.
enum CheckpointKey {
    static let prefix = "partrain."
    /// The version of what a checkpoint holds.
    static let format = "partrain.format"
    /// SHA-256 over the whole file, in 64 hexadecimal digits, which are taken as zeros for it.
    static let checksum = "partrain.sha256"
    static let step = "partrain.step"
    static let score = "partrain.score"

    static let currentFormat = "1"
    static let checksumLength = 64
}
