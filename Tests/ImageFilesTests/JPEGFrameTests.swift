import ImageFiles
import Testing

/// What is believed of a JPEG file's head before any pixel is decoded: to the byte.
@Suite struct JPEGFrameTests {
    /// The head of a file, and how many bytes it asks for. No table is defined, so that the decoder refuses each that comes to it.
    struct Head: Sendable, CustomTestStringConvertible {
        /// What begins the frame, and tells the kind of coding.
        var marker: UInt8 = 0xC0
        var height = 8
        var width = 8
        /// Of each component: four bits across, four down.
        var factors: [UInt8] = [0x11]
        /// How many components the first scan holds; all unless given.
        var scanned: Int?
        /// The least bytes from the scan's marker on with which the size may be true.
        var least = 0

        var testDescription: String {
            "\(String(marker, radix: 16)): \(width) × \(height), \(scanned ?? factors.count) of \(factors.count) components"
        }

        /// The image's start and a comment, so that the frame stands at a byte of its own.
        static let start: [UInt8] = [0xFF, 0xD8, 0xFF, 0xFE, 0, 4, 1, 2]

        var frame: [UInt8] {
            var bytes: [UInt8] = [0xFF, marker, 0, UInt8(8 + 3 * factors.count), 8]
            for extent in [height, width] { bytes += [UInt8(extent >> 8), UInt8(extent & 255)] }
            bytes.append(UInt8(factors.count))
            for (index, factor) in factors.enumerated() { bytes += [UInt8(index + 1), factor, 0] }
            return bytes
        }

        var scan: [UInt8] {
            let count = scanned ?? factors.count
            var bytes: [UInt8] = [0xFF, 0xDA, 0, UInt8(6 + 2 * count), UInt8(count)]
            for component in 1...count { bytes += [UInt8(component), 0] }
            return bytes + [0, 63, 0]
        }

        /// The file that has `count` bytes from the scan's marker on.
        func file(fromScan count: Int) -> [UInt8] {
            Self.start + frame + scan + [UInt8](repeating: 0, count: count - scan.count)
        }
    }

    /// What is said of a file.
    private func refusal(_ file: [UInt8]) -> String {
        file.withUnsafeBytes { bytes in
            do {
                _ = try DecodedImage.decode(FileContents(path: "image", copying: bytes), coveringHeight: 16, width: 16)
                return "nothing was thrown"
            } catch {
                return "\(error)"
            }
        }
    }

    /// What every refusal of the decoder says, which a file only comes to whose head is believed.
    private static let decoders = "the JPEG data from there on are damaged"

    private static func damaged(_ reason: String) -> String {
        "image, byte 8: the JPEG header is damaged or cut off (\(reason)): copy or download the image again, or remove it"
    }

    // Blocks, bits, whole bytes.
    static let heads = [
        // One after another, two bits a block: 44, 88, 11; 45, 90, 12; also where an extent is no multiple of 8.
        Head(width: 352, least: 11), Head(width: 353, least: 12), Head(height: 353, width: 7, least: 12),
        Head(marker: 0xC1, width: 352, least: 11),
        // In several scans, a bit a block: 81, 81, 11; 88, 88, 11. By an arithmetic coder no fewer, for the memory's sake.
        Head(marker: 0xC2, width: 648, least: 11), Head(marker: 0xC2, width: 704, least: 11),
        Head(marker: 0xCA, width: 704, least: 11),
        // All components in the first scan: 60, 120, 15; 68, 136, 17.
        Head(width: 160, factors: [0x11, 0x11, 0x11], least: 15), Head(width: 136, factors: [0x11, 0x11, 0x11, 0x11], least: 17),
        // Some of them, so that there are several scans: 84, 84, 11; 99, 99, 13.
        Head(width: 224, factors: [0x11, 0x11, 0x11], scanned: 1, least: 11),
        Head(width: 264, factors: [0x11, 0x11, 0x11], scanned: 2, least: 13),
        // Luma finer than colours: 19 · 2 + 10 + 10 = 58, 116, 15; across alone 9 · 3 + 5 · 3 + 5 · 3 = 57, 114, 15.
        Head(height: 9, width: 145, factors: [0x22, 0x11, 0x11], least: 15),
        Head(height: 17, width: 65, factors: [0x21, 0x11, 0x11], least: 15),
    ]

    /// A byte less from the scan's marker on, and the size cannot be true.
    @Test(arguments: heads) func aSizeIsBelievedThatTheBytesFromTheScanOnCanHold(head: Head) {
        let message = refusal(head.file(fromScan: head.least))
        #expect(message.contains(Self.decoders), "\(message)")
        let short = head.file(fromScan: head.least - 1)
        #expect(
            refusal(short)
                == "image, byte 8: the header promises \(head.width) × \(head.height) pixels, more than \(short.count) bytes can hold: "
                + "copy or download the image again, or remove it")
    }

    /// An arithmetic coder may spend next to nothing on a block.
    @Test func nothingIsAskedForWhatIsCodedByArithmetic() {
        let head = Head(marker: 0xC9, width: 704)
        let message = refusal(head.file(fromScan: head.scan.count))
        #expect(message.contains(Self.decoders), "\(message)")
    }

    /// 128 bytes for each block, those included that only fill up groups: 2²³ blocks, and 6 · 2047 · 683 of them; a row more is too much.
    @Test(arguments: [
        (Head(marker: 0xC2, width: 32761), 16384), (Head(width: 32737, factors: [0x22, 0x11, 0x11], scanned: 1), 10928),
    ])
    func upToAGibibyteOfCoefficientsIsKept(head: Head, rows: Int) {
        let count = 1_060_000
        func file(_ height: Int) -> [UInt8] {
            var head = head
            head.height = height
            var file = head.file(fromScan: count)
            // A wrong length of the scan's header, which the decoder refuses before it takes the memory.
            file[file.count - count + 3] += 1
            return file
        }
        let message = refusal(file(rows))
        #expect(message.contains(Self.decoders), "\(message)")
        #expect(
            refusal(file(rows + 1))
                == "image, byte 8: the header promises \(head.width) × \(rows + 1) pixels in several scans, which takes more memory than "
                + "is given to one image: scale the image down, or remove it")
    }

    /// 2²⁹ pixels may be promised, if the bytes can hold them; a row more is too much, whatever the bytes.
    @Test func aHeadPromisesNoMorePixelsThanTheLimit() {
        let most = Head(height: 16384, width: 32768).file(fromScan: 20)
        let message = refusal(most)
        #expect(message.contains("32768 × 16384 pixels, more than \(most.count) bytes can hold"), "\(message)")
        let more = Head(height: 16385, width: 32768)
        #expect(
            refusal(more.file(fromScan: 20))
                == "image, byte 8: the header promises 32768 × 16385 pixels, more than the limit of 536870912: "
                + "scale the image down, or remove it")
    }

    /// Eight bytes and three for each component, of which there is at least one.
    @Test(arguments: [
        (2, 1, false), (7, 1, false), (8, 0, false), (8, 1, false), (10, 1, false), (11, 0, false), (11, 1, true), (16, 3, false),
        (17, 3, true), (19, 4, false), (20, 4, true),
    ])
    func aFramesSegmentHoldsItsComponents(count: Int, components: Int, isWhole: Bool) {
        var content: [UInt8] = [8, 0, 8, 0, 8, UInt8(components)]
        for component in 1...4 { content += [UInt8(component), 0x11, 0] }
        var file = Head.start
        file += [0xFF, 0xC0, 0, UInt8(count)]
        file += content.prefix(count - 2)
        file += Head().scan
        let message = refusal(file)
        if isWhole {
            #expect(message.contains(Self.decoders), "\(message)")
        } else {
            #expect(message == Self.damaged("the frame lacks its components"))
        }
    }

    /// Its length and how many components it holds are three bytes.
    @Test func aScansSegmentTellsItsComponents() {
        func file(_ count: UInt8) -> [UInt8] {
            var file = Head.start + Head().frame
            file += [0xFF, 0xDA, 0, count, 1, 1, 0, 0, 63, 0]
            return file
        }
        #expect(refusal(file(2)) == Self.damaged("the frame lacks its components"))
        let message = refusal(file(3))
        #expect(message.contains(Self.decoders), "\(message)")
    }

    @Test func samplingFactorsAreFromOneToFour() {
        for factor: UInt8 in [0x11, 0x14, 0x41, 0x44] {
            let message = refusal(Head(factors: [factor]).file(fromScan: 20))
            #expect(message.contains(Self.decoders), "\(factor): \(message)")
        }
        for factor: UInt8 in [0x01, 0x10, 0x15, 0x51] {
            #expect(
                refusal(Head(factors: [factor]).file(fromScan: 20))
                    == Self.damaged("the frame's sampling factors are not from 1 to 4"), "\(factor)")
        }
    }
}
