import Datasets
import ImageFiles
import Tensors
import TestSupport
import Testing

@Suite struct IDXDatasetTests {
    @Test(arguments: [false, true]) func readsFourFilesPlainOrGzipped(gzip: Bool) throws {
        let folder = try TemporaryFolder()
        try IDXFixture.write(to: folder, gzip: gzip)
        let set = try IDXDataset(folder: folder.path)
        #expect(set.imageShape == [1, 28, 28])
        #expect(set.classNames == (0..<10).map(String.init))
        #expect(set.exampleCount(.training) == 40)
        #expect(set.exampleCount(.validation) == 20)
        #expect(set.label(of: 13, in: .training) == 3)
        #expect(try set.pixels(2, of: .validation) == (2 * 784..<3 * 784).map(IDXFixture.pixel))
    }

    /// More than the 64 KiB that are inflated at once, in pieces that end within an image.
    @Test func aLargeGzippedFileIsReadInPieces() throws {
        let folder = try TemporaryFolder()
        try IDXFixture.write(to: folder, gzip: true)
        try folder.write("train-images-idx3-ubyte.gz", IDXFixture.gzipped(IDXFixture.images(count: 200)))
        try folder.write("train-labels-idx1-ubyte.gz", IDXFixture.gzipped(IDXFixture.labels(count: 200)))
        let set = try IDXDataset(folder: folder.path)
        for index in 0..<200 {
            let wanted = (index * 784..<(index + 1) * 784).map(IDXFixture.pixel)
            #expect(try set.pixels(index) == wanted, "image \(index)")
        }
    }

    @Test func normalisationIsExactOverTheTrainingPixels() throws {
        let folder = try TemporaryFolder()
        try IDXFixture.write(to: folder)
        let values = (0..<40 * 784).map { Double(IDXFixture.pixel($0)) / 255 }
        let mean = values.reduce(0, +) / Double(values.count)
        let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
        let normalisation = try IDXDataset(folder: folder.path).normalisation
        #expect(abs(normalisation.mean[0] - Float(mean)) < 1e-6)
        #expect(abs(normalisation.standardDeviation[0] - Float(variance.squareRoot())) < 1e-6)
    }

    @Test func missingFileIsNamed() throws {
        let folder = try TemporaryFolder()
        try folder.write("train-images-idx3-ubyte", IDXFixture.images(count: 40))
        expectError(.missingInput, naming: "train-labels-idx1-ubyte", "does not exist", ".gz beside") {
            _ = try IDXDataset(folder: folder.path)
        }
    }

    /// What is put in place of a good file, and what the message must say beside the file's name.
    static let badFiles: [(file: String, bytes: [UInt8], says: [String])] = [
        ("train-images-idx3-ubyte", [], ["byte 0", "download"]),
        ("train-images-idx3-ubyte", [0, 0, 8], ["byte 3", "four bytes", "download"]),
        ("train-images-idx3-ubyte", Array("<html>".utf8), ["byte 0", "two zero bytes", "IDX"]),
        ("train-images-idx3-ubyte", IDXFixture.header([40, 28, 28], type: 0x0D), ["byte 2", "0x0D", "convert"]),
        ("train-images-idx3-ubyte", IDXFixture.labels(count: 40), ["byte 3", "1 dimensions", "exchanged"]),
        ("train-labels-idx1-ubyte", IDXFixture.images(count: 2), ["byte 3", "3 dimensions", "exchanged"]),
        ("train-images-idx3-ubyte", [1] + IDXFixture.images(count: 40).dropFirst(), ["byte 0", "with 1 and 0", "IDX"]),
        ("train-images-idx3-ubyte", [0, 1] + IDXFixture.images(count: 40).dropFirst(2), ["byte 0", "with 0 and 1", "IDX"]),
        ("train-images-idx3-ubyte", [0, 0, 8, 3, 0, 0, 0, 40], ["byte 8", "header of 16", "download"]),
        ("train-images-idx3-ubyte", IDXFixture.images(count: 0), ["byte 4", "empty", "download"]),
        ("train-images-idx3-ubyte", IDXFixture.header([40, 0, 28]), ["byte 8", "dimension 1 is 0", "download"]),
        ("train-images-idx3-ubyte", IDXFixture.images(count: 40).dropLast(), ["byte 31375", "only 31359 follow", "download"]),
        (
            "train-images-idx3-ubyte", IDXFixture.header([0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF]),
            ["byte 8", "more than any file", "download"]
        ),
        (
            "train-images-idx3-ubyte", IDXFixture.header([0x7FFF_FFFF, 28, 28]) + [1, 2, 3],
            ["byte 19", "only 3 follow", "download"]
        ),
        ("train-images-idx3-ubyte", IDXFixture.images(count: 40) + [7], ["byte 31376", "goes on", "download"]),
        ("train-labels-idx1-ubyte", IDXFixture.labels(count: 39), ["byte 4", "39 labels for the 40 images", "same download"]),
        (
            "t10k-labels-idx1-ubyte", IDXFixture.labels(count: 20, classes: 12),
            ["byte 18", "label 10", "end at 9", "same download"]
        ),
        (
            "train-labels-idx1-ubyte", IDXFixture.header([40]) + [200] + (1..<40).map { UInt8($0 % 10) },
            ["byte 8", "label 200", "label 10", "without gaps"]
        ),
        ("t10k-images-idx3-ubyte", IDXFixture.images(count: 20, rows: 14, columns: 56), ["byte 8", "14 × 56", "28 × 28"]),
        (
            "train-images-idx3-ubyte", IDXFixture.header([40, 28, 28]) + [UInt8](repeating: 9, count: 40 * 784),
            ["byte 16", "every training pixel is 9", "download"]
        ),
    ]

    @Test(arguments: badFiles.indices, [false, true])
    func badFilesAreNamedWithPlaceAndRemedy(number: Int, gzip: Bool) throws {
        let (file, bytes, says) = Self.badFiles[number]
        let folder = try TemporaryFolder()
        try IDXFixture.write(to: folder)
        let name = gzip ? file + ".gz" : file
        if gzip { try folder.remove(file) }
        try folder.write(name, gzip ? IDXFixture.gzipped(bytes) : bytes)
        do {
            _ = try IDXDataset(folder: folder.path)
            Issue.record("nothing was thrown")
        } catch {
            #expect(error.category == .badContent)
            for part in [folder[name]] + says { #expect(error.description.contains(part), "\(error)") }
        }
    }

    @Test func damagedAndCutGzipIsNamed() throws {
        let folder = try TemporaryFolder()
        try IDXFixture.write(to: folder, gzip: true)
        let good = IDXFixture.gzipped(IDXFixture.images(count: 40))
        try folder.write("train-images-idx3-ubyte.gz", good.prefix(good.count / 2))
        expectError(.badContent, naming: folder["train-images-idx3-ubyte.gz"], "cut off at byte \(good.count / 2)", "download") {
            _ = try IDXDataset(folder: folder.path)
        }
        var flipped = good
        flipped[good.count - 6] ^= 0x55
        try folder.write("train-images-idx3-ubyte.gz", flipped)
        expectError(.badContent, naming: folder["train-images-idx3-ubyte.gz"], "damaged at byte", "download") {
            _ = try IDXDataset(folder: folder.path)
        }
        try folder.write("train-images-idx3-ubyte.gz", good + [1, 2, 3, 4])
        expectError(.badContent, naming: folder["train-images-idx3-ubyte.gz"], "gzip data are", "download") {
            _ = try IDXDataset(folder: folder.path)
        }
    }

    /// A few kilobytes that unpack to a lot more than their header promises are refused without unpacking the rest.
    @Test func expandingGzipIsRefused() throws {
        let folder = try TemporaryFolder()
        try IDXFixture.write(to: folder, gzip: true)
        try folder.write(
            "train-images-idx3-ubyte.gz",
            IDXFixture.gzipped(IDXFixture.header([1, 2, 2]) + [UInt8](repeating: 0, count: 4 << 20)))
        expectError(.badContent, naming: "train-images-idx3-ubyte.gz", "byte 20", "goes on", "download") {
            _ = try IDXDataset(folder: folder.path)
        }
    }

    /// Whatever happens to a header, the file is read right or refused; it never crashes.
    @Test(arguments: 0..<300) func anyHeaderIsReadOrRefused(seed: Int) throws {
        let random = RandomSource(seed: UInt64(seed), purpose: .synthesis)
        var bytes = IDXFixture.images(count: 3, rows: 4, columns: 5)
        for change in 0...random.integer(index: 0, below: 4) {
            bytes[random.integer(index: 4 + 2 * change, below: 16)] = UInt8(random.integer(index: 5 + 2 * change, below: 256))
        }
        if random.uniform(index: 1) < 0.3 { bytes.removeLast(random.integer(index: 2, below: bytes.count)) }
        let folder = try TemporaryFolder()
        let zip = random.uniform(index: 3) < 0.3
        try folder.write("train-images-idx3-ubyte" + (zip ? ".gz" : ""), zip ? IDXFixture.gzipped(bytes) : bytes)
        try folder.write("train-labels-idx1-ubyte", IDXFixture.labels(count: 3, classes: 3))
        try folder.write("t10k-images-idx3-ubyte", IDXFixture.images(count: 3, rows: 4, columns: 5))
        try folder.write("t10k-labels-idx1-ubyte", IDXFixture.labels(count: 3, classes: 3))
        do {
            let set = try IDXDataset(folder: folder.path)
            #expect(set.imageShape == [1, 4, 5])
            #expect(bytes.count == 76)
        } catch {
            #expect(error.description.contains(folder.path))
        }
    }
}
