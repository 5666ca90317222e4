import JSONText
import Tensors

extension SafeTensorsHeader {
    /// The bytes before the data of a file of f32 tensors in this order: length, JSON, and spaces up to a multiple of 64, so that
    /// the data can be mapped and read with any alignment. The same tensors and metadata give the same bytes.
    static func bytes(
        tensors: [(name: String, shape: Shape)], metadata: [String: String]
    ) -> (bytes: [UInt8], checksumRange: Range<Int>?) {
        var bytes = [UInt8](repeating: 0, count: lengthSize)
        var checksumRange: Range<Int>?
        bytes += "{\"__metadata__\":{".utf8
        for (index, (key, value)) in metadata.sorted(by: { $0.key < $1.key }).enumerated() {
            bytes += ((index == 0 ? "" : ",") + JSONString.quoted(key) + ":").utf8
            if key == CheckpointKey.checksum { checksumRange = bytes.count + 1..<bytes.count + 1 + value.utf8.count }
            bytes += JSONString.quoted(value).utf8
        }
        bytes += "}".utf8
        var end = 0
        for (name, shape) in tensors {
            let begin = end
            end += shape.elementCount * MemoryLayout<Float>.size
            let extents = shape.dimensions.map(String.init).joined(separator: ",")
            bytes +=
                ",\(JSONString.quoted(name)):{\"dtype\":\"F32\",\"shape\":[\(extents)],\"data_offsets\":[\(begin),\(end)]}".utf8
        }
        bytes += "}".utf8
        bytes += [UInt8](repeating: UInt8(ascii: " "), count: (64 - bytes.count % 64) % 64)
        withUnsafeBytes(of: UInt64(bytes.count - lengthSize).littleEndian) { length in
            bytes.replaceSubrange(..<lengthSize, with: length)
        }
        return (bytes, checksumRange)
    }
}
