import Checkpoints

extension Subject {
    private static let safeTensorsWords = [
        "{", "}", "[", "]", ":", ",", "\"", "\\u0000", "\\ud800", "\\", "\"__metadata__\":{", "\"dtype\":\"F32\"", "\"shape\":[",
        "F16", "U8", "F4",
        "\"data_offsets\":[0,4]", "18446744073709551616", "9223372036854775807", "-1", "1e9", "0", "00", "true", "null",
    ]

    /// Headers of safetensors files, read from memory.
    package static let safeTensors = Subject(
        "safetensors", corpus: SafeTensorsBytes.all, words: safeTensorsWords, repair: SafeTensorsBytes.withTrueLength
    ) { bytes, path in
        _ = try SafeTensorsFile(contents: Array(bytes), path: path)
    }

    /// Whole checkpoints from real files, whose checksum tells what no rule of the format does.
    package static let checkpointFiles = Subject(
        "checkpoint-files", corpus: [SafeTensorsBytes.weights, SafeTensorsBytes.checkpoint], words: safeTensorsWords,
        needsFile: true,
        repair: SafeTensorsBytes.withTrueLength
    ) { _, path in
        let file = try SafeTensorsFile(path: path)
        if file.isCheckpoint { _ = try Checkpoint(file) }
        for entry in file.header.entries where entry.type == .float32 { _ = try file.tensor(named: entry.name) }
    }
}

/// safetensors files that are in order.
private enum SafeTensorsBytes {
    static let weights = file(
        """
        {"__metadata__":{"format":"pt","note":"a \\u00e9\\n"},"fc.weight":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},\
        "fc.bias":{"dtype":"F16","shape":[2],"data_offsets":[24,28]},"mask":{"dtype":"U8","shape":[3,1],"data_offsets":[28,31]}}
        """, dataBytes: 31)
    static let checkpoint = file(
        """
        {"__metadata__":{"partrain.format":"1","partrain.sha256":"\(String(repeating: "0", count: 64))","partrain.step":"3"},\
        "w":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}
        """, dataBytes: 16)
    static let all = [
        weights, checkpoint, file("{}", dataBytes: 0),
        file("{\"\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[0,8]}}", dataBytes: 8),
    ]

    static func file(_ header: String, dataBytes: Int) -> [UInt8] {
        little(UInt64(header.utf8.count)) + header.utf8 + (0..<dataBytes).map { UInt8($0 * 37 & 255) }
    }

    private static func little(_ number: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }

    /// A changed file whose length of the header is where the last brace is, so that the change is read.
    static func withTrueLength(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.count > 8, let end = bytes[8...].lastIndex(of: UInt8(ascii: "}")) else { return bytes }
        return little(UInt64(end - 7)) + bytes[8...]
    }
}
