public import Tensors

extension SafeTensorsFile {
    /// Writes f32 tensors to a file that every reader of safetensors takes, whole or not at all. For other things than checkpoints, which
    /// write themselves.
    ///
    /// Throws when the system refuses; what stood at `path` is kept then.
    public static func write(
        _ tensors: [(name: String, tensor: HostTensor)], metadata: [String: String] = [:], to path: String,
        files: some FileSystem = SystemFiles()
    ) throws(CheckpointError) {
        let header = SafeTensorsHeader.bytes(tensors: tensors.map { ($0.name, $0.tensor.shape) }, metadata: metadata).bytes
        try files.replace(
            path,
            write: { (file) throws(CheckpointError) in
                try header.withUnsafeBufferPointer { bytes throws(CheckpointError) in
                    try file.write(UnsafeRawBufferPointer(bytes))
                }
                for (_, tensor) in tensors {
                    try tensor.values.map(\.bitPattern.littleEndian).withUnsafeBufferPointer { words throws(CheckpointError) in
                        try file.write(UnsafeRawBufferPointer(words))
                    }
                }
            },
            check: { (_, _) throws(CheckpointError) in })
    }
}
