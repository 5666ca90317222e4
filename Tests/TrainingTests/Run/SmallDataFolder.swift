import CImageWriters
import Foundation

/// A folder of a few images for one test, removed with the value. No image is its own mirror image.
final class SmallDataFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("partrain-data-" + UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// An IDX set of 24 training and 8 validation images of 28 × 28 in four classes.
    func writeIDX() throws {
        for (name, count) in [("train", 24), ("t10k", 8)] {
            let pixels = (0..<count * 784).map { UInt8(truncatingIfNeeded: $0 * 37 + $0 / 11) }
            try write("\(name)-images-idx3-ubyte", Self.header([count, 28, 28]) + pixels)
            try write("\(name)-labels-idx1-ubyte", Self.header([count]) + (0..<count).map { UInt8($0 % 4) })
        }
    }

    /// Two classes with 8 training and 2 validation photos each; their orientation tags ask for a quarter turn.
    func writePhotos() throws {
        for (split, count) in [("train", 8), ("val", 2)] {
            for (label, name) in ["cat", "dog"].enumerated() {
                for index in 0..<count { try write("\(split)/\(name)/\(index).jpg", Self.photo(shade: 40 * label + 9 * index)) }
            }
        }
    }

    /// CIFAR-100 with 40 training and 8 validation images.
    func writeCIFAR100() throws {
        for (name, count) in [("train", 40), ("test", 8)] {
            let records = (0..<count).flatMap { record -> [UInt8] in
                let pixels = (0..<3072).map { UInt8(truncatingIfNeeded: record * 31 + $0 * 37 + $0 / 11) }
                return [UInt8(record % 20), UInt8(record % 100)] + pixels
            }
            try write("\(name).bin", records)
        }
        for (name, count) in [("coarse", 20), ("fine", 100)] {
            try write("\(name)_label_names.txt", Array((0..<count).map { "\(name) \($0)\n" }.joined().utf8))
        }
    }

    private func write(_ name: String, _ bytes: [UInt8]) throws {
        let url = URL(fileURLWithPath: path + "/" + name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    private static func header(_ dimensions: [Int]) -> [UInt8] {
        [0, 0, 8, UInt8(dimensions.count)] + dimensions.flatMap { value in [24, 16, 8, 0].map { UInt8(value >> $0 & 255) } }
    }

    private static let side = 40

    /// Brighter from left to right, and a little from top to bottom.
    private static func photo(shade: Int) -> [UInt8] {
        let pixels = (0..<side * side * 3).map { UInt8(min(255, shade + $0 / 3 % side * 3 + $0 / 3 / side + $0 % 3 * 5)) }
        var kind = image_writers_jpeg_kind()
        kind.channels = 3
        kind.has_luma = 1
        kind.across = (1, 1, 1, 1)
        kind.down = (1, 1, 1, 1)
        kind.quality = 90
        var file: UnsafeMutablePointer<UInt8>?
        let size = image_writers_jpeg(pixels, Int32(side), Int32(side), &kind, &file)
        precondition(size > 2, "libjpeg-turbo encodes")
        defer { free(file) }
        let bytes = Array(UnsafeBufferPointer(start: file, count: size))
        return Array(bytes[..<2]) + orientation + Array(bytes[2...])
    }

    /// A segment of EXIF with one entry: orientation 6, a quarter turn clockwise.
    private static let orientation: [UInt8] =
        [0xFF, 0xE1, 0, 34] + Array("Exif".utf8) + [0, 0] + Array("II".utf8) + [42, 0, 8, 0, 0, 0, 1, 0]
        + [0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0] + [0, 0, 0, 0]
}
