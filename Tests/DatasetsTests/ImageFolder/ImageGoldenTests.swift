import Datasets
import Foundation
import TestSupport
import Testing

/// Holds decoding, resizing and cropping to what Pillow makes of the same files, pixel by pixel.
@Suite struct ImageGoldenTests {
    struct Case: Sendable, CustomStringConvertible {
        let format: String
        let height: Int
        let width: Int
        let targetHeight: Int
        let targetWidth: Int
        let file: [UInt8]
        let planes: [UInt8]

        var description: String { "\(format) \(height) × \(width) to \(targetHeight) × \(targetWidth)" }
    }

    static let cases: [Case] = {
        let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../Golden/resize.txt")
        guard let text = try? String(contentsOf: golden, encoding: .utf8) else { return [] }
        return text.split(separator: "\n").map { line in
            let fields = line.split(separator: " ").map(String.init)
            let sizes = fields[1...4].map { Int($0)! }
            let file =
                fields[5] == "-"
                ? ImageFixture.png(height: sizes[0], width: sizes[1]) : Self.bytes(fields[5])
            return Case(
                format: fields[0], height: sizes[0], width: sizes[1], targetHeight: sizes[2], targetWidth: sizes[3], file: file,
                planes: Self.bytes(fields[6]))
        }
    }()

    private static func bytes(_ hexadecimal: String) -> [UInt8] {
        let digits = Array(hexadecimal.utf8).map { $0 < 58 ? $0 - 48 : $0 - 87 }
        return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }

    @Test func theGoldenFileIsThere() {
        #expect(Self.cases.count == 11)
    }

    @Test(arguments: cases) func equalsPillow(golden: Case) throws {
        let folder = try TemporaryFolder()
        try ImageFixture.write(to: folder)
        let suffix = golden.format == "jpeg" ? "jpg" : "png"
        try folder.write("train/Zebra/.keep", [])
        try folder.write("train/Aardvark/golden.\(suffix)", golden.file)
        let set = try ImageFolderDataset(folder: folder.path, height: golden.targetHeight, width: golden.targetWidth)
        #expect(try set.pixels(0) == golden.planes)
    }
}
