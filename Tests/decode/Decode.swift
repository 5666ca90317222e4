import CImageWriters
import Foundation
import ImageFiles

/// What partrain sees of image files, for comparison with other decoders.
///
///     decode [--stored] [--cover HxW] OUT FILE...     writes OUT/NAME.ppm for each file, or OUT/NAME.error with the message;
///                                                      OUT/NAME.warning with what was not in order
///     decode encode W H CHANNELS LUMA FACTORS KIND    RGB (or grey, or inks) from standard input to JPEG on standard output;
///                                                      FACTORS such as 2x2,1x1,1x1, KIND letters: p progressive, a arithmetic,
///                                                      s scans apart, o own codes, r restart markers, - none
@main enum Decode {
    static func main() throws {
        var arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.first == "encode" { return try encode(Array(arguments.dropFirst())) }
        var orientation = true
        var cover = (height: Int(UInt16.max), width: Int(UInt16.max))
        while let option = arguments.first, option.hasPrefix("--") {
            arguments.removeFirst()
            if option == "--stored" {
                orientation = false
            } else {
                let sizes = arguments.removeFirst().split(separator: "x").compactMap { Int($0) }
                cover = (sizes[0], sizes[1])
            }
        }
        let output = arguments.removeFirst()
        for path in arguments {
            let name = output + "/" + (path.split(separator: "/").last.map(String.init) ?? path)
            do {
                let image = try DecodedImage.decode(
                    FileContents(reading: path), coveringHeight: cover.height, width: cover.width, exifOrientation: orientation)
                var file = Data("P6\n\(image.width) \(image.height)\n255\n".utf8)
                file.append(contentsOf: image.pixels)
                try file.write(to: URL(fileURLWithPath: name + ".ppm"))
                if let warning = image.warning { try Data(warning.utf8).write(to: URL(fileURLWithPath: name + ".warning")) }
            } catch let error as DatasetError {
                try Data("\(error)".utf8).write(to: URL(fileURLWithPath: name + ".error"))
            }
        }
    }

    private static func encode(_ arguments: [String]) throws {
        let numbers = arguments.prefix(4).compactMap { Int($0) }
        let factors = arguments[4].split(separator: ",").map { $0.split(separator: "x").compactMap { Int32($0) } }
        let pixels = [UInt8](FileHandle.standardInput.readDataToEndOfFile())
        precondition(pixels.count == numbers[0] * numbers[1] * numbers[2], "the pixels are there")
        var kind = image_writers_jpeg_kind()
        kind.channels = Int32(numbers[2])
        kind.has_luma = Int32(numbers[3])
        withUnsafeMutableBytes(of: &kind.across) { across in
            withUnsafeMutableBytes(of: &kind.down) { down in
                for (part, factor) in factors.enumerated() {
                    across.storeBytes(of: factor[0], toByteOffset: 4 * part, as: Int32.self)
                    down.storeBytes(of: factor[1], toByteOffset: 4 * part, as: Int32.self)
                }
            }
        }
        kind.quality = 85
        kind.is_progressive = arguments[5].contains("p") ? 1 : 0
        kind.is_arithmetic = arguments[5].contains("a") ? 1 : 0
        kind.is_in_scans = arguments[5].contains("s") ? 1 : 0
        kind.has_own_codes = arguments[5].contains("o") ? 1 : 0
        kind.restart_interval = arguments[5].contains("r") ? 2 : 0
        var file: UnsafeMutablePointer<UInt8>?
        let size = image_writers_jpeg(pixels, Int32(numbers[1]), Int32(numbers[0]), &kind, &file)
        guard size > 0, let file else {
            FileHandle.standardError.write(Data("libjpeg-turbo cannot write such a file\n".utf8))
            exit(65)
        }
        FileHandle.standardOutput.write(Data(bytesNoCopy: file, count: size, deallocator: .free))
    }
}
