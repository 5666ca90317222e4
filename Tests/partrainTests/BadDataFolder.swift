import CImageWriters
import Foundation

/// A folder of data for one test, removed with the value.
final class BadDataFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("partrain-data-" + UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ bytes: [UInt8]) throws {
        let url = URL(fileURLWithPath: path + "/" + name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    func makeFolder(_ name: String) throws {
        try FileManager.default.createDirectory(atPath: path + "/" + name, withIntermediateDirectories: true)
    }

    /// An IDX set of 32 training and 8 validation images of 28 × 28.
    func writeIDX() throws {
        for (name, count) in [("train", 32), ("t10k", 8)] {
            try write("\(name)-images-idx3-ubyte", Self.idx([count, 28, 28]))
            try write("\(name)-labels-idx1-ubyte", Self.idx([count]))
        }
    }

    /// The content of an IDX file whose header says `dimensions`: its bytes are 0 to 9 in turn.
    static func idx(_ dimensions: [Int]) -> [UInt8] {
        [0, 0, 8, UInt8(dimensions.count)] + dimensions.flatMap { value in [24, 16, 8, 0].map { UInt8(value >> $0 & 255) } }
            + (0..<dimensions.reduce(1, *)).map { UInt8($0 % 10) }
    }

    /// Two classes with 16 training and 4 validation photos each.
    func writePhotos() throws {
        for (split, count) in [("train", 16), ("val", 4)] {
            for name in ["cat", "dog"] {
                for i in 0..<count { try write("\(split)/\(name)/\(i).jpg", Self.jpeg(shade: UInt8(i * 7))) }
            }
        }
    }

    private static let side = 80

    static func jpeg(shade: UInt8) -> [UInt8] {
        let pixels = (0..<side * side * 3).map { UInt8(truncatingIfNeeded: Int(shade) + $0 * 31 % 97) }
        var kind = image_writers_jpeg_kind()
        kind.channels = 3
        kind.has_luma = 1
        kind.across = (1, 1, 1, 1)
        kind.down = (1, 1, 1, 1)
        kind.quality = 90
        var file: UnsafeMutablePointer<UInt8>?
        let size = image_writers_jpeg(pixels, Int32(side), Int32(side), &kind, &file)
        precondition(size > 0, "libjpeg-turbo encodes")
        defer { free(file) }
        return Array(UnsafeBufferPointer(start: file, count: size))
    }
}
