import Datasets
import Foundation
import ImageFiles
import Tensors
import TestSupport
import Testing

@Suite struct ImageFolderDatasetTests {
    private func open(_ folder: TemporaryFolder) throws -> ImageFolderDataset {
        try ImageFolderDataset(folder: folder.path, height: 16, width: 16)
    }

    @Test(arguments: ["val", "validation", "test"]) func classesAndFilesComeInByteOrder(validation: String) throws {
        let folder = try TemporaryFolder()
        try ImageFixture.write(to: folder, validation: validation)
        try folder.write("train/ant/notes.txt", Array("left out".utf8))
        let set = try open(folder)
        #expect(set.classNames == ["Zebra", "ant"])
        #expect(set.exampleCount(.training) == 6)
        #expect(set.exampleCount(.validation) == 4)
        #expect((0..<6).map { set.label(of: $0, in: .training) } == [0, 0, 0, 1, 1, 1])
        #expect(set.name(of: 4, in: .training) == folder["train/ant/1.jpg"])
        #expect(set.imageShape == [3, 16, 16])
        #expect(set.normalisation == .imageNet)
    }

    @Test func greyImagesFillThreeChannels() throws {
        let folder = try TemporaryFolder()
        try ImageFixture.write(to: folder)
        let grey = (0..<16 * 16).map { UInt8($0) }
        try folder.write("train/Zebra/.hidden.png", [1])
        try folder.write("train/Zebra/!.PNG", ImageFixture.png(grey, height: 16, width: 16))
        #expect(try open(folder).pixels(0) == grey + grey + grey)
    }

    @Test func transparentPixelsCountAsTheColourThatTheyHave() throws {
        let folder = try TemporaryFolder()
        try ImageFixture.write(to: folder)
        let clear = (0..<16 * 16).flatMap { i in [200, 10, 30, i < 128 ? 0 : 255] as [UInt8] }
        try folder.write("train/Zebra/!.png", ImageFixture.png(clear, height: 16, width: 16))
        let pixels = try open(folder).pixels(0)
        #expect(pixels[..<256].allSatisfy { $0 == 200 } && pixels[256..<512].allSatisfy { $0 == 10 })
    }

    @Test func anImageIsReadByItsContentWhateverItsName() throws {
        let folder = try TemporaryFolder()
        try ImageFixture.write(to: folder)
        try folder.write("train/Zebra/!.JPEG", ImageFixture.png())
        try folder.write("train/Zebra/+.png", ImageFixture.png())
        try folder.write("train/Zebra/-.gif", ImageFixture.jpeg())
        let set = try open(folder)
        #expect(try set.pixels(0) == set.pixels(1))
        #expect(try set.pixels(2) == set.pixels(3))
    }

    @Test func anImageIsTurnedAsItsTagSaysUnlessThatIsSwitchedOff() throws {
        let folder = try TemporaryFolder()
        try ImageFixture.write(to: folder)
        let tag: [UInt8] = Array("II*\0".utf8) + [8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0]
        let segment = Array("Exif\0\0".utf8) + tag
        let plain = ImageFixture.jpeg(height: 16, width: 16)
        try folder.write("train/Zebra/!.jpg", plain[..<2] + [0xFF, 0xE1, 0, UInt8(segment.count + 2)] + segment + plain[2...])
        let turned = try open(folder).pixels(0)
        var options = DatasetOptions()
        options.exifOrientation = false
        let stored = try ImageFolderDataset(folder: folder.path, height: 16, width: 16, options: options).pixels(0)
        #expect(turned != stored)
        for channel in 0..<3 {
            #expect(
                turned[channel * 256..<(channel + 1) * 256].elementsEqual(stored[channel * 256..<(channel + 1) * 256].reversed()))
        }
    }

    /// What is read of a file at first ends before the size is told: a large profile stands before it.
    @Test func anImageWithALargeProfileIsRead() throws {
        let folder = try TemporaryFolder()
        try ImageFixture.write(to: folder)
        let plain = ImageFixture.jpeg()
        let profile: [UInt8] = [0xFF, 0xE2, 0x75, 0x30] + [UInt8](repeating: 0x50, count: 0x7530 - 2)
        try folder.write("train/Zebra/!.jpg", plain[..<2] + profile + plain[2...])
        let set = try open(folder)
        #expect(try set.pixels(0) == set.pixels(1))
    }

    @Test func anImageWithWarningsIsReadAndNamed() throws {
        let folder = try TemporaryFolder()
        try ImageFixture.write(to: folder)
        let plain = ImageFixture.jpeg()
        try folder.write("train/Zebra/!.jpg", plain[..<11] + [0, 0] + plain[13...])
        let set = try open(folder)
        #expect(set.imageWarnings.count == 0)
        for _ in 0..<2 { #expect(try set.pixels(0) == set.pixels(1)) }
        #expect(set.imageWarnings.count == 1)
        #expect(set.imageWarnings.named.first?.contains(folder["train/Zebra/!.jpg"]) == true)
    }

    /// What is put beside good files, and what the message must say.
    static let badFiles: [(file: String, bytes: [UInt8], says: [String])] = [
        ("train/Zebra/bad.jpg", [], ["bad.jpg", "byte 0", "empty", "remove it"]),
        ("train/Zebra/bad.jpg", Array("<html>....".utf8), ["bad.jpg", "byte 0", "no kind that is read", "convert it"]),
        ("train/Zebra/bad.jpg", Array(ImageFixture.jpeg().prefix(20)), ["bad.jpg", "byte 20", "no scan", "again"]),
        ("train/Zebra/bad.png", Array(ImageFixture.png().prefix(20)), ["bad.png", "PNG header", "again"]),
        (
            "train/Zebra/bad.png", enlarged(ImageFixture.png(), 0x7F),
            ["bad.png", "byte 16", "2147483647 × 2147483647 pixels", "limit", "scale"]
        ),
        // The product of these extents is more than 64 bits hold.
        ("train/Zebra/bad.png", enlarged(ImageFixture.png(), 0xFF), ["4294967295 × 4294967295 pixels", "limit"]),
    ]

    private static func enlarged(_ png: [UInt8], _ first: UInt8) -> [UInt8] {
        var png = png
        png.replaceSubrange(16..<24, with: [first, 0xFF, 0xFF, 0xFF, first, 0xFF, 0xFF, 0xFF])
        return png
    }

    @Test(arguments: badFiles.indices) func badFilesAreFoundBeforeTrainingBegins(number: Int) throws {
        let (file, bytes, says) = Self.badFiles[number]
        let folder = try TemporaryFolder()
        try ImageFixture.write(to: folder)
        try folder.write(file, bytes)
        do {
            _ = try open(folder)
            Issue.record("nothing was thrown")
        } catch let error as DatasetError {
            #expect(error.category == .badContent)
            for part in [folder[file]] + says { #expect(error.description.contains(part), "\(error)") }
        }
    }

    @Test(arguments: [("jpg", 0.5), ("jpg", 0.9), ("png", 0.5), ("png", 0.9)])
    func anImageCutShortIsRefusedWhenDecoded(suffix: String, share: Double) throws {
        let folder = try TemporaryFolder()
        try ImageFixture.write(to: folder)
        let whole = suffix == "jpg" ? ImageFixture.jpeg(height: 120, width: 160) : ImageFixture.png(height: 120, width: 160)
        try folder.write("train/Zebra/!.\(suffix)", whole.prefix(Int(Double(whole.count) * share)))
        let set = try open(folder)
        expectError(.badContent, naming: folder["train/Zebra/!.\(suffix)"], "damaged or cut off", "remove it") {
            _ = try set.pixels(0)
        }
        #expect(throws: Never.self) { try set.pixels(1) }
    }

    /// Too large to be decoded on their header's word, at hardly any bytes a pixel: they are proven first, and then read.
    @Test(arguments: ["jpg", "png"]) func aLargeImageOfOneColourIsRead(suffix: String) throws {
        let folder = try TemporaryFolder()
        try ImageFixture.write(to: folder)
        let flat = [UInt8](repeating: 90, count: 3 * 900 * 1100)
        try folder.write(
            "train/Zebra/!.\(suffix)",
            suffix == "jpg" ? ImageFixture.jpeg(flat, height: 900, width: 1100) : ImageFixture.png(flat, height: 900, width: 1100)
        )
        let pixels = try ImageFolderDataset(folder: folder.path, height: 800, width: 800).pixels(0)
        #expect(pixels.allSatisfy { abs(Int($0) - 90) <= 1 })
    }

    /// A JPEG of 330 × 300 whose pixels are known: those of the same image as PNG. Training may have it at half its size where that is still
    /// twice what is kept, and evaluation never.
    @Test(arguments: [(keeps: 70, halves: true), (75, true), (76, false), (140, false)])
    func whatIsEvaluatedIsDecodedWhole(keeps: Int, halves: Bool) throws {
        let folder = try TemporaryFolder()
        try ImageFixture.write(to: folder)
        let file = ImageFixture.jpeg(height: 330, width: 300)
        let plain = try file.withUnsafeBytes { bytes in
            let image = try DecodedImage.decodeWhole(FileContents(path: "image", copying: bytes))
            return ImageFixture.png(Array(image.pixels), height: image.height, width: image.width)
        }
        for split in ["train", "val"] {
            try folder.write("\(split)/Zebra/!.jpg", file)
            try folder.write("\(split)/Zebra/+.png", plain)
        }
        let set = try ImageFolderDataset(folder: folder.path, height: keeps, width: keeps)
        #expect(try set.pixels(0, of: .validation) == set.pixels(1, of: .validation))
        let (reduced, whole) = (try set.pixels(0), try set.pixels(1))
        #expect((reduced != whole) == halves)
        // Either way it is the same image.
        let difference = zip(reduced, whole).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
        #expect(Double(difference) < 4 * Double(whole.count), "\(Double(difference) / Double(whole.count)) levels on the average")
        let loose = try LooseImages(
            paths: [folder["val/Zebra/!.jpg"]], height: keeps, width: keeps, window: (keeps, keeps), normalisation: .imageNet)
        #expect(try loose.pixels(0, of: .validation) == whole)
    }

    /// More pixels than a decoded image may have: evaluation has them at half their size rather than not at all.
    @Test func anImageThatIsTooLargeIsEvaluatedAtHalfItsSize() throws {
        let row = [UInt8](repeating: 77, count: 65500)
        let file = ImageFixture.jpeg(row, height: 2800, width: 65500)
        try file.withUnsafeBytes { bytes in
            let image = try DecodedImage.decodeWhole(FileContents(path: "image", copying: bytes))
            let (height, width, first, last) = (image.height, image.width, image.pixels[0], image.pixels[image.pixels.count - 1])
            #expect((height, width) == (1400, 32750))
            #expect(first == 77 && last == 77)
        }
    }

    @Test func aMissingSplitIsNamed() throws {
        let folder = try TemporaryFolder()
        expectError(.badContent, naming: folder.path, "no folder train", "CLASS/NAME.jpg") { _ = try open(folder) }
        try folder.makeFolder("train/a")
        expectError(.badContent, naming: folder.path, "no validation folder", "val/CLASS") { _ = try open(folder) }
    }

    @Test func aSplitWithoutAnyImageIsNamed() throws {
        let folder = try TemporaryFolder()
        try ImageFixture.write(to: folder)
        for name in ["Zebra", "ant"] { try folder.remove("val/\(name)") }
        expectError(.badContent, naming: folder["val"], "there is no image in it", folder["val/CLASS/"]) { _ = try open(folder) }
    }

    @Test func classFoldersMustAgreeAndHoldImages() throws {
        let folder = try TemporaryFolder()
        try ImageFixture.write(to: folder)
        try folder.makeFolder("val/bee")
        expectError(.badContent, naming: folder["val/bee"], "training has no class", folder["train/bee"]) { _ = try open(folder) }
        try folder.makeFolder("train/bee")
        expectError(.badContent, naming: folder["train/bee"], "no image", ".jpg .jpeg", "remove the folder") {
            _ = try open(folder)
        }
    }

    @Test func oneClassIsNotEnough() throws {
        let folder = try TemporaryFolder()
        try folder.write("train/a/1.jpg", ImageFixture.jpeg())
        try folder.write("val/a/1.jpg", ImageFixture.jpeg())
        expectError(.badContent, naming: folder["train"], "1 class folder; telling", "a folder of its own") {
            _ = try open(folder)
        }
    }

    @Test(.enabled(if: getuid() != 0, "root may read every file")) func anUnreadableFileIsNamed() throws {
        let folder = try TemporaryFolder()
        try ImageFixture.write(to: folder)
        chmod(folder["train/ant/1.jpg"], 0)
        expectError(.missingInput, naming: folder["train/ant/1.jpg"], "cannot be read", "read access") { _ = try open(folder) }
    }

    @Test func aDanglingLinkIsNamed() throws {
        let folder = try TemporaryFolder()
        try ImageFixture.write(to: folder)
        try FileManager.default.createSymbolicLink(atPath: folder["train/ant/9.jpg"], withDestinationPath: "nowhere.jpg")
        expectError(.missingInput, naming: folder["train/ant/9.jpg"], "does not exist", "leads nowhere") { _ = try open(folder) }
    }
}
