import Datasets
import ImageFiles
import TestSupport
import Testing

/// Which files an IDX set is found in, and what labels it may have.
@Suite struct IDXFilesTests {
    /// Labels 1 to 26, as EMNIST's letters have them.
    private static func letters(count: Int) -> [UInt8] { IDXFixture.header([count]) + (0..<count).map { UInt8($0 % 26 + 1) } }

    private static func write(
        _ folder: TemporaryFolder, _ prefix: String, validation: String,
        labels: (Int) -> [UInt8] = { IDXFixture.labels(count: $0) }
    )
        throws
    {
        for (name, count) in [("train", 52), (validation, 26)] {
            try folder.write(
                "\(prefix)\(name)-images-idx3-ubyte.gz", IDXFixture.gzipped(IDXFixture.images(count: count, rows: 4, columns: 4)))
            try folder.write("\(prefix)\(name)-labels-idx1-ubyte.gz", IDXFixture.gzipped(labels(count)))
        }
    }

    // MARK: gzip

    /// As gzip and Python read them: zeros after the end, between members, and a kilobyte of them.
    @Test(arguments: [1, 511, 512, 100_000]) func zerosAfterGzipDataAreNoContent(count: Int) throws {
        let folder = try TemporaryFolder()
        try IDXFixture.write(to: folder, gzip: true)
        let plain = try IDXDataset(folder: folder.path)
        let zeros = [UInt8](repeating: 0, count: count)
        let images = IDXFixture.images(count: 40)
        try folder.write(
            "train-images-idx3-ubyte.gz",
            IDXFixture.gzipped(Array(images[..<100])) + zeros + IDXFixture.gzipped(Array(images[100...])) + zeros)
        try folder.write("t10k-labels-idx1-ubyte.gz", IDXFixture.gzipped(IDXFixture.labels(count: 20)) + zeros)
        let padded = try IDXDataset(folder: folder.path)
        #expect(padded.exampleCount(.validation) == 20)
        for index in 0..<40 { #expect(try padded.pixels(index) == plain.pixels(index)) }
    }

    @Test func whatFollowsTheZerosIsStillHeldToTheFormat() throws {
        let folder = try TemporaryFolder()
        try IDXFixture.write(to: folder, gzip: true)
        let good = IDXFixture.gzipped(IDXFixture.images(count: 40))
        try folder.write("train-images-idx3-ubyte.gz", good + [0, 0, 0, 7])
        expectError(.badContent, naming: "train-images-idx3-ubyte.gz", "gzip data are", "download") {
            _ = try IDXDataset(folder: folder.path)
        }
    }

    // MARK: Names

    @Test(arguments: [("emnist-letters-", "test"), ("", "t10k"), ("", "test"), ("my-", "t10k")])
    func publishedNamesAreFound(prefix: String, validation: String) throws {
        let folder = try TemporaryFolder()
        try Self.write(folder, prefix, validation: validation)
        #expect(try DatasetSource(parsing: folder.path) == .idx(folder: folder.path))
        let set = try IDXDataset(folder: folder.path)
        #expect(set.exampleCount(.training) == 52 && set.exampleCount(.validation) == 26 && set.inventory.leftOut.isEmpty)
    }

    @Test func whatElseIsThereIsCounted() throws {
        let folder = try TemporaryFolder()
        try Self.write(folder, "", validation: "t10k")
        try folder.write("train-images-idx3-ubyte", IDXFixture.images(count: 52, rows: 4, columns: 4))
        try folder.write("readme.txt", [])
        try folder.write("old/a.mat", [])
        try Self.write(folder, "emnist-", validation: "test")
        let set = try IDXDataset(folder: folder.path)
        #expect(set.inventory.leftOut.sentence == "7 files left out: 5 .gz, 1 .txt; in folders: 1 .mat")
    }

    /// An ending is what follows the last dot of a file's own name; a folder's dot and one that ends the name are none. Hidden files are
    /// nobody's images.
    @Test func endingsAreThoseOfTheFilesOwnNames() throws {
        let folder = try TemporaryFolder()
        try Self.write(folder, "", validation: "t10k")
        for name in ["odd./README", "v1.2/notes", "ends.", "a.b.c", ".hidden", "photo.JPEG", "x.ridiculously-long"] {
            try folder.write(name, [])
        }
        let set = try IDXDataset(folder: folder.path)
        var counts: [String: Int] = [:]
        for (ending, count) in set.inventory.leftOut.byEnding { counts[ending] = count }
        #expect(counts == ["": 3, ".c": 1, ".jpeg": 1, "other": 1])
    }

    @Test func theLesserOfTwoValidationNamesIsNotMissed() throws {
        let folder = try TemporaryFolder()
        try Self.write(folder, "emnist-digits-", validation: "test")
        try folder.remove("emnist-digits-test-labels-idx1-ubyte.gz")
        expectError(.missingInput, naming: folder["emnist-digits-test-labels-idx1-ubyte"], ".gz beside") {
            _ = try IDXDataset(folder: folder.path)
        }
    }

    // MARK: Labels

    @Test func labelsMayLeaveGapsIfSomebodySaysHowManyThereAre() throws {
        let folder = try TemporaryFolder()
        try Self.write(folder, "", validation: "t10k", labels: Self.letters)
        expectError(.badContent, naming: "train-labels", "label 26", "no training image has label 0", "--classes 27") {
            _ = try IDXDataset(folder: folder.path)
        }
        var options = DatasetOptions()
        options.classes = 27
        let set = try IDXDataset(folder: folder.path, options: options)
        #expect(set.classNames == (0..<27).map(String.init))
        #expect((0..<27).map { set.label(of: $0, in: .training) } == Array(1...26) + [1])
    }

    /// Nothing can be learnt of a class that only validation has, whatever is said of their number.
    @Test func validationHasNoLabelThatTrainingLacks() throws {
        let folder = try TemporaryFolder()
        try Self.write(folder, "", validation: "t10k", labels: Self.letters)
        try folder.write("t10k-labels-idx1-ubyte.gz", IDXFixture.gzipped(IDXFixture.header([26]) + (0..<26).map { UInt8($0) }))
        var options = DatasetOptions()
        options.classes = 27
        expectError(.badContent, naming: "t10k-labels", "byte 8", "label 0, but no training image has it", "same download") {
            _ = try IDXDataset(folder: folder.path, options: options)
        }
    }
}
