import Foundation
import Fuzzing
import ImageFiles
import Testing

/// PNG files of rows so wide that they are held to their promise before a row's memory is taken: all kinds that the format has are let
/// through, and of whatever is wrong each has its own words.
@Suite struct WidePNGTests {
    /// Rows from which on `PNG.decode` goes through the data first take 28 KiB pixels.
    private static let width = 30_011
    private static let height = 11

    struct Kind: Sendable, CustomStringConvertible {
        let colour: UInt8
        let depth: UInt8
        let isInterlaced: Bool

        var description: String { "colour type \(colour), \(depth) bits\(isInterlaced ? ", interlaced" : "")" }

        static let all = [
            (0, [1, 2, 4, 8, 16]), (2, [8, 16]), (3, [1, 2, 4, 8]), (4, [8, 16]), (6, [8, 16]),
        ].flatMap { (colour: UInt8, depths: [UInt8]) in
            depths.flatMap { depth in [false, true].map { Kind(colour: colour, depth: depth, isInterlaced: $0) } }
        }

        private var samples: Int { [0: 1, 2: 3, 3: 1, 4: 2, 6: 4][colour]! }

        /// Every row with its filter, in the order of the file. An image of zeros but for what the filters make of them.
        var rows: [[UInt8]] {
            // First column, step, first row and step of each pass: ISO/IEC 15948, clause 8.2.
            let passes =
                isInterlaced
                ? [(0, 8, 0, 8), (4, 8, 0, 8), (0, 4, 4, 8), (2, 4, 0, 4), (0, 2, 2, 4), (1, 2, 0, 2), (0, 1, 1, 2)]
                : [(0, 1, 0, 1)]
            return passes.flatMap { left, across, top, down in
                let columns = stride(from: left, to: width, by: across).underestimatedCount
                let lines = stride(from: top, to: height, by: down).underestimatedCount
                let bytes = (columns * samples * Int(depth) + 7) / 8
                return (0..<lines).map { [UInt8($0 % 5)] + [UInt8](repeating: 0, count: bytes) }
            }
        }
    }

    // MARK: Files

    private func beginning(_ kind: Kind) -> [UInt8] {
        let header =
            PNGBytes.bigEndian(Self.width) + PNGBytes.bigEndian(Self.height) + [
                kind.depth, kind.colour, 0, 0, kind.isInterlaced ? 1 : 0,
            ]
        let palette: [UInt8] = (0..<1 << Int(min(kind.depth, 8))).flatMap { [UInt8(40 + $0 % 200), 20, 10] }
        return PNGBytes.signature + PNGBytes.chunk("IHDR", header)
            + (kind.colour == 3 ? PNGBytes.chunk("PLTE", palette) : [])
    }

    private func file(_ kind: Kind, rows: [[UInt8]]? = nil) -> [UInt8] {
        beginning(kind) + PNGBytes.chunk("IDAT", PNGBytes.deflated(rows ?? kind.rows)) + PNGBytes.chunk("IEND", [])
    }

    private func decoded(_ file: [UInt8]) throws -> (height: Int, width: Int, pixels: [UInt8]) {
        try file.withUnsafeBytes { bytes in
            let image = try DecodedImage.decode(
                FileContents(path: "image", copying: bytes), coveringHeight: 65535, width: 65535)
            return (image.height, image.width, Array(image.pixels))
        }
    }

    private func expectRefused(
        _ file: [UInt8], at offset: Int? = nil, _ reason: String, _ note: String = "",
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: DatasetError.self, "\(note)", sourceLocation: sourceLocation) { _ = try decoded(file) }
        let text = error.map { "\($0)" } ?? ""
        #expect(
            text.hasPrefix("image") && text.contains("damaged or cut off there (") && text.contains(reason), "\(note): \(text)",
            sourceLocation: sourceLocation)
        if let offset { #expect(text.contains("\(offset)"), "\(text)", sourceLocation: sourceLocation) }
    }

    // MARK: What holds

    @Test(arguments: Kind.all.indices) func everyKindIsRead(place: Int) throws {
        let kind = Kind.all[place]
        let image = try decoded(file(kind))
        #expect((image.height, image.width) == (Self.height, Self.width))
        // Of zeros every filter makes zeros.
        let first: [UInt8] = kind.colour == 3 ? [40, 20, 10] : [0, 0, 0]
        #expect(Array(image.pixels.prefix(3)) == first, "\(kind)")
        // Every pixel is as the one before it. Bytes of `Data` are compared at once.
        #expect(image.pixels.count == 3 * Self.height * Self.width)
        #expect(Data(image.pixels.dropFirst(3)) == Data(image.pixels.dropLast(3)), "\(kind)")
    }

    /// A row that is not there, wherever it would be, and a filter that does not exist, in whichever row.
    @Test(arguments: Kind.all.indices) func everyRowIsLookedAt(place: Int) {
        let kind = Kind.all[place]
        let rows = kind.rows
        expectRefused(file(kind, rows: rows.dropLast()), "the rows end early", "\(kind)")
        expectRefused(file(kind, rows: rows.dropLast() + [rows.last!.dropLast()]), "the rows end early", "\(kind)")
        let all = kind.colour == 0 && kind.depth == 8
        for row in rows.indices where all || row == 0 || row == rows.count - 1 {
            var wrong = rows
            wrong[row][0] = 5
            expectRefused(file(kind, rows: wrong), "a row has no such filter", "row \(row) of \(kind)")
        }
    }

    private let grey = Kind(colour: 0, depth: 8, isInterlaced: false)

    @Test func pixelsMayStandInManyChunks() throws {
        let data = PNGBytes.deflated(grey.rows)
        var pieces = [UInt8]()
        for start in stride(from: 0, to: data.count, by: 7) {
            pieces +=
                PNGBytes.chunk("IDAT", Array(data[start..<min(start + 7, data.count)]))
                + (start % 2 == 0 ? PNGBytes.chunk("IDAT", []) : [])
        }
        #expect(try decoded(beginning(grey) + pieces + PNGBytes.chunk("IEND", [])).width == Self.width)
        // More than all rows is no fault, nor is it looked at.
        let more = PNGBytes.deflated(grey.rows + [[9, 9, 9]])
        #expect(try decoded(beginning(grey) + PNGBytes.chunk("IDAT", more) + PNGBytes.chunk("IEND", [])).width == Self.width)
    }

    @Test func aWrongChecksumCountsWhereTheChunkDoes() throws {
        let good = file(grey)
        var wrong = good
        // The last byte of the pixels' checksum: before the 12 bytes of the end.
        wrong[good.count - 13] ^= 1
        expectRefused(wrong, at: beginning(grey).count, "the checksum of the chunk there is wrong")
        var note = PNGBytes.chunk("tEXt", Array("a note".utf8))
        note[note.count - 1] ^= 1
        let annotated = beginning(grey) + note + good[beginning(grey).count...]
        #expect(try decoded(annotated).width == Self.width)
    }

    @Test func whatIsNotThereIsSaid() throws {
        let begin = beginning(grey)
        let data = PNGBytes.deflated(grey.rows)
        expectRefused(begin + PNGBytes.chunk("IEND", []), "there are no pixels")
        expectRefused(
            begin + PNGBytes.chunk("IDAT", Array(data.prefix(data.count / 2))) + PNGBytes.chunk("IEND", []), "the rows end early")
        expectRefused(
            Array((begin + PNGBytes.chunk("IDAT", data)).dropLast(9)), at: begin.count, "the chunk there is longer than the file")
        var broken = data
        broken[2] = 0xFF
        expectRefused(begin + PNGBytes.chunk("IDAT", broken) + PNGBytes.chunk("IEND", []), "invalid")
        // A note before the pixels that claims more than there is hides them; behind them it hides nothing.
        expectRefused(
            begin + PNGBytes.bigEndian(1 << 20) + Array("tEXt".utf8) + PNGBytes.chunk("IDAT", data),
            "the chunk there is longer than the file")
        #expect(
            try decoded(
                begin + PNGBytes.chunk("IDAT", data) + PNGBytes.bigEndian(1 << 20) + Array("tEXt".utf8) + [1, 2, 3, 4, 5]
            ).width
                == Self.width)
    }
}
