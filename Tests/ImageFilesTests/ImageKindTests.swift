import CImageWriters
import Foundation
import ImageFiles
import Tensors
import TestSupport
import Testing

/// Holds the decoded pixels of images of every kind to Pillow's, which Golden/images.py wrote down.
@Suite struct ImageKindTests {
    struct Case: Sendable, CustomStringConvertible {
        let kind: String
        let name: String
        let height: Int
        let width: Int
        let file: [UInt8]
        let pixels: [UInt8]

        var description: String { "\(kind) \(name)" }
    }

    static let cases: [Case] = {
        let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden/images.txt")
        guard let text = try? String(contentsOf: golden, encoding: .utf8) else { return [] }
        return text.split(separator: "\n").map { line in
            let fields = line.split(separator: " ").map(String.init)
            return Case(
                kind: fields[0], name: fields[1], height: Int(fields[2])!, width: Int(fields[3])!,
                file: [UInt8](Data(base64Encoded: fields[4])!), pixels: [UInt8](Data(base64Encoded: fields[5])!))
        }
    }()

    @Test func theGoldenFileHasEveryFormat() {
        let formats = Set(Self.cases.map { $0.kind.prefix { $0 != "_" } })
        #expect(formats == ["jpeg", "png", "webp", "gif", "bmp", "P5", "P6"])
        #expect(Set(Self.cases.map(\.kind)).count >= 70)
    }

    @Test(arguments: cases.indices) func equalsPillow(number: Int) throws {
        let golden = Self.cases[number]
        let (height, width, pixels) = try decoded(golden.file)
        #expect((height, width) == (golden.height, golden.width), "\(golden)")
        #expect(pixels == golden.pixels, "\(golden)")
    }

    /// A chunk of an odd number of bytes has one more behind it, wherever it stands.
    @Test func anOddChunkOfWebPIsPassedOver() throws {
        let golden = try #require(Self.cases.first { $0.kind == "webp_exif" && $0.name == "6.webp" })
        // Behind the first chunk, which says what others there are.
        let place = 12 + 8 + 10
        let odd = Array("ODD ".utf8) + [3, 0, 0, 0, 1, 2, 3, 0]
        var file = Array(golden.file[..<place]) + odd + golden.file[place...]
        for byte in 0..<4 { file[4 + byte] = UInt8((file.count - 8) >> (8 * byte) & 255) }
        let (height, width, pixels) = try decoded(file)
        #expect((height, width) == (golden.height, golden.width) && pixels == golden.pixels)
    }

    /// No image is read when its last tenth is missing: pixels are lost then, whatever the format.
    @Test(arguments: cases.indices) func isRefusedWhenCutShort(number: Int) throws {
        let golden = Self.cases[number]
        let length = golden.kind.contains("no_end") ? golden.file.count * 3 / 4 : max(golden.file.count * 9 / 10, 1)
        let cut = Array(golden.file[..<min(length, dataEnd(golden.file) - 3)])
        #expect(throws: DatasetError.self, "\(golden)") { try decoded(cut) }
    }

    /// Where notes and spare bytes at a file's end begin: what comes after may be cut off without loss.
    private func dataEnd(_ file: [UInt8]) -> Int {
        if file.starts(with: [0xFF, 0xD8]) {
            let end = file.indices.dropLast().last { file[$0] == 0xFF && file[$0 + 1] == 0xD9 } ?? file.count
            return file[..<end].lastIndex { $0 != 0 }! + 1
        }
        if file.starts(with: [0x89]) {
            return file.indices.dropLast(3).last { file[$0..<$0 + 4].elementsEqual("IDAT".utf8) }! + 4
        }
        if file.starts(with: "GIF".utf8) { return file.count - 4 }
        return file.count
    }

    private func decoded(_ file: [UInt8], cover: Int = 65535) throws -> (height: Int, width: Int, pixels: [UInt8]) {
        try file.withUnsafeBytes { bytes in
            let image = try DecodedImage.decode(
                FileContents(path: "image", copying: bytes), coveringHeight: cover, width: cover)
            return (image.height, image.width, Array(image.pixels))
        }
    }

    /// What comes after the empty block that ends a frame's data is none of them, even where it would go on with them.
    @Test func aGIFWhoseBlocksEndEarlyIsRefused() throws {
        var file = try #require(Self.cases.first { $0.description == "gif_colours common-8.gif" }).file
        // Behind the file's head, 256 colours, the frame's head and the bits of a code.
        let place = 13 + 768 + 10 + 1
        let count = Int(file[place])
        #expect(file[place + 1 + count] == 0, "the data are one block")
        let half = count / 2
        file.replaceSubrange(place + 1 + half..<place + 1 + half, with: [0])
        file[place] = UInt8(half)
        expectError(.badContent, naming: "image", "damaged or cut off") { _ = try decoded(file) }
    }

    /// Codes of a table that fills up and is never cleared, each with as many bits as it has when the code is read.
    private func codes(of pixels: [UInt8]) -> [UInt8] {
        var strings: [Int: Int] = [:]
        var codes = [256]
        var code = Int(pixels[0])
        for pixel in pixels.dropFirst() {
            let string = code << 8 | Int(pixel)
            if let longer = strings[string] {
                code = longer
            } else {
                codes.append(code)
                if strings.count < 4096 - 258 { strings[string] = 258 + strings.count }
                code = Int(pixel)
            }
        }
        codes += [code, 257]

        var (bits, bitCount, width, next, bytes) = (0, 0, 9, 256, [UInt8]())
        for code in codes {
            bits |= code << bitCount
            bitCount += width
            while bitCount >= 8 {
                bytes.append(UInt8(bits & 255))
                bits >>= 8
                bitCount -= 8
            }
            next = min(next + 1, 4096)
            if next == 1 << width && width < 12 { width += 1 }
        }
        bytes.append(UInt8(bits & 255))
        return bytes
    }

    /// Some writers leave the table as it is once it is full: codes stay at twelve bits, and nothing is added.
    @Test func aGIFWhoseTableIsFullIsReadOn() throws {
        let random = RandomSource(seed: 5, purpose: .synthesis)
        let pixels = (0..<160 * 200).map { UInt8(random.integer(index: $0, below: 16)) }
        let data = codes(of: pixels)
        #expect(data.count > 2 * 4096 * 12 / 8, "more than the codes that fill the table")
        var file = Array("GIF89a".utf8) + [200, 0, 160, 0, 0, 0, 0, 0x2C, 0, 0, 0, 0, 200, 0, 160, 0, 0, 8]
        for start in stride(from: 0, to: data.count, by: 255) {
            let block = data[start..<min(start + 255, data.count)]
            file += [UInt8(block.count)] + block
        }
        file += [0, 0x3B]
        // Without a table of colours, they are shades of grey.
        #expect(try decoded(file).pixels == pixels.flatMap { [$0, $0, $0] })
    }

    /// The other colours are shades of grey.
    @Test func aBMPMayHaveFewerColoursThanItsPixelsCanSay() throws {
        let header: [UInt8] =
            [40, 0, 0, 0, 4, 0, 0, 0, 1, 0, 0, 0, 1, 0, 8, 0] + [UInt8](repeating: 0, count: 16) + [2, 0, 0, 0, 0, 0, 0, 0]
        let colours: [UInt8] = [10, 20, 30, 0, 40, 50, 60, 0]
        let file = Array("BM".utf8) + [66, 0, 0, 0, 0, 0, 0, 0, 62, 0, 0, 0] + header + colours + [1, 2, 255, 0]
        #expect(try decoded(file).pixels == [60, 50, 40, 2, 2, 2, 255, 255, 255, 30, 20, 10])
    }

    @Test func aPNMFileIsToldByTheWhiteSpaceBehindItsLetters() throws {
        for space in [0x20, 0x09, 0x0A, 0x0B, 0x0C, 0x0D] as [UInt8] {
            let file = Array("P6".utf8) + [space] + Array("2 1 255\n".utf8) + [1, 2, 3, 4, 5, 6]
            #expect(try decoded(file).pixels == [1, 2, 3, 4, 5, 6], "white space \(space)")
        }
        for other in [0x08, 0x0E, 0x21] as [UInt8] {
            let file = Array("P6".utf8) + [other] + Array("2 1 255\n".utf8) + [1, 2, 3, 4, 5, 6]
            expectError(.badContent, naming: "image", "no kind that is read") { _ = try decoded(file) }
        }
    }

    // MARK: What is not read, and how large images may be

    private func changed(_ file: [UInt8], frame change: (inout [UInt8], Int) -> Void) -> [UInt8] {
        var file = file
        let place = file.indices.dropLast().first { file[$0] == 0xFF && file[$0 + 1] == 0xC0 }!
        change(&file, place)
        return file
    }

    @Test func jpegOfKindsThatAreNotReadSaysWhich() {
        let plain = ImageFixture.jpeg()
        let cases = [
            (changed(plain) { $0[$1 + 1] = 0xC3 }, "lossless JPEG"), (changed(plain) { $0[$1 + 4] = 12 }, "JPEG of 12 bits"),
            (changed(plain) { $0[$1 + 1] = 0xC5 }, "hierarchical JPEG"),
            (changed(plain) { $0[$1 + 9] = 2 }, "JPEG of 2 components"),
        ]
        for (file, says) in cases {
            expectError(.badContent, naming: "image", says, "is not read", "convert it to PNG") { _ = try decoded(file) }
        }
    }

    /// A camera's largest: 108 megapixels of one colour, at a hundredth of a byte for each.
    @Test func aHugeImageIsReadAtAReducedSize() throws {
        let row = (0..<12000).flatMap { _ in [90, 140, 30] as [UInt8] }
        let file = ImageFixture.jpeg(row, height: 9000, width: 12000, factors: [(2, 2), (1, 1), (1, 1)])
        let image = try decoded(file, cover: 256)
        #expect((image.height, image.width) == (1125, 1500))
        #expect(image.pixels.indices.allSatisfy { abs(Int(image.pixels[$0]) - [90, 140, 30][$0 % 3]) <= 2 })
        let half = Array(file.prefix(file.count / 2))
        expectError(.badContent, naming: "image", "damaged or cut off", "again") { _ = try decoded(half, cover: 256) }
    }

    @Test func aHeaderThatLiesIsRefused() {
        let small = ImageFixture.jpeg()
        let large = changed(small) { $0.replaceSubrange($1 + 5..<$1 + 9, with: [0x23, 0x28, 0x2E, 0xE0]) }
        expectError(.badContent, naming: "image", "12000 × 9000 pixels", "bytes can hold") { _ = try decoded(large, cover: 256) }
        let largest = changed(small) { $0.replaceSubrange($1 + 5..<$1 + 9, with: [0xFF, 0xDC, 0xFF, 0xDC]) }
        expectError(.badContent, naming: "image", "65500 × 65500 pixels", "limit", "scale") {
            _ = try decoded(largest, cover: 256)
        }
    }
}
