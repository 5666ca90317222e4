import Datasets
import Fuzzing
import ImageFiles
import Tensors
import TestSupport
import Testing

/// Every label and every pixel of small sets, from wherever they are read.
@Suite struct CIFARDatasetTests {
    /// Holds `set` to the files' own bytes, record by record.
    private func check(_ set: any ImageDataset, _ files: [(name: String, bytes: [UInt8])], labelBytes: Int, label: Int) throws {
        let recordBytes = labelBytes + 3072
        for split in Split.allCases {
            let records = files.filter { $0.name.hasSuffix(".bin") && $0.name.hasPrefix("te") == (split == .validation) }
                .flatMap(\.bytes)
            #expect(set.exampleCount(split) == records.count / recordBytes && records.count > 0)
            for index in 0..<set.exampleCount(split) {
                let record = records[index * recordBytes..<(index + 1) * recordBytes]
                #expect(set.label(of: index, in: split) == Int(record[record.startIndex + label]), "\(split) \(index)")
                #expect(try set.pixels(index, of: split) == Array(record.dropFirst(labelBytes)), "\(split) \(index)")
            }
        }
    }

    /// The published folder itself, the folder that holds it, and its archive.
    @Test(arguments: ["", "cifar-10-batches-bin/"]) func aFolderIsRead(below: String) throws {
        let folder = try TemporaryFolder()
        try CIFARFixture.write(CIFARFixture.cifar10, to: folder, below: below)
        let source = try DatasetSource(parsing: folder.path)
        #expect(source == .cifar(path: folder.path) && source.absolutePath == folder.path && source.hasSizeOfItsOwn)
        let set = try source.open(inputShape: [3, 32, 32])
        #expect(set.imageShape == [3, 32, 32] && set.classNames == CIFARBytes.names10)
        #expect(set.exampleCount(.training) == 15 && set.exampleCount(.validation) == 6 && set.inventory.leftOut.isEmpty)
        try check(set, CIFARFixture.cifar10, labelBytes: 1, label: 0)
    }

    @Test(arguments: [false, true], ["", "cifar-100-binary/"]) func cifar100HasTwoLabels(coarse: Bool, below: String) throws {
        let folder = try TemporaryFolder()
        try CIFARFixture.write(CIFARFixture.cifar100, to: folder, below: below)
        var options = DatasetOptions()
        options.coarseLabels = coarse
        let set = try DatasetSource(parsing: folder.path).open(inputShape: [3, 32, 32], options: options)
        #expect(set.classNames == (0..<(coarse ? 20 : 100)).map { "\(coarse ? "coarse" : "fine")_\($0)" })
        try check(set, CIFARFixture.cifar100, labelBytes: 2, label: coarse ? 0 : 1)
    }

    @Test(arguments: ["set.tar", "set.TAR.gz", "set.tgz", "gzip'd.tar"]) func anArchiveIsRead(name: String) throws {
        let folder = try TemporaryFolder()
        let isGzip = name != "set.tar"
        for (files, inner, labels) in [(CIFARFixture.cifar10, "cifar-10-batches-bin", 1), (CIFARFixture.cifar100, "x/y", 2)] {
            let archive = CIFARBytes.archive(files, in: inner)
            try folder.write(name, isGzip ? IDXFixture.gzipped(archive) : archive)
            let source = try DatasetSource(parsing: folder[name])
            #expect(source == .cifar(path: folder[name]))
            let set = try source.open(inputShape: [3, 32, 32])
            #expect(set.name == name)
            try check(set, files, labelBytes: labels, label: labels - 1)
        }
    }

    /// Wherever a piece ends: within a header, a name, a label, an image.
    @Test(arguments: [1, 7, 511, 512, 513, 3073, 100_000]) func itDoesNotMatterHowTheBytesCome(size: Int) throws {
        let archive = CIFARBytes.archive(CIFARBytes.cifar10(), in: "a")
        for bytes in [archive, IDXFixture.gzipped(archive)] {
            try check(try CIFARFixture.set(bytes, inPiecesOf: size), CIFARBytes.cifar10(), labelBytes: 1, label: 0)
        }
    }

    /// Larger than what is read and inflated at once.
    @Test func aLargeArchiveIsReadInPieces() throws {
        let files = CIFARBytes.cifar10 { _ in 60 }
        let folder = try TemporaryFolder()
        let archive = CIFARBytes.archive(files, in: "cifar-10-batches-bin")
        #expect(archive.count > 4 << 18)
        for (name, bytes) in [("a.tar", archive), ("b.tar.gz", IDXFixture.gzipped(archive))] {
            try folder.write(name, bytes)
            try check(try CIFARDataset(path: folder[name]), files, labelBytes: 1, label: 0)
        }
    }

    /// In whatever order the members stand, and whatever lies beside them.
    @Test func otherMembersAreCounted() throws {
        var files = CIFARFixture.cifar10.map { (name: "./s//\($0.name)", bytes: $0.bytes) }
        files.reverse()
        files += [("s/readme.html", [60, 104]), ("s/a/b.html", []), ("s/._test_batch.bin", [1]), ("NOTES", [9])]
        let set = try CIFARFixture.set(TarBytes.archive(files))
        try check(set, CIFARFixture.cifar10, labelBytes: 1, label: 0)
        #expect(set.inventory.leftOut.sentence == "3 files left out: 2 .html, 1 without an ending")
        let folder = try TemporaryFolder()
        try CIFARFixture.write(CIFARFixture.cifar100, to: folder)
        try folder.write("readme.html", [1])
        #expect(try CIFARDataset(path: folder.path).inventory.leftOut.sentence == "1 file left out: 1 .html")
    }

    /// Of each channel by itself, in two passes of double precision.
    @Test func normalisationIsExactOverTheTrainingPixels() throws {
        let set = try CIFARFixture.set(TarBytes.archive(CIFARFixture.cifar10))
        let images = try (0..<15).map { try set.pixels($0) }
        for channel in 0..<3 {
            let values = images.flatMap { $0[channel * 1024..<(channel + 1) * 1024].map { Double($0) / 255 } }
            let mean = values.reduce(0, +) / Double(values.count)
            let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
            #expect(abs(set.normalisation.mean[channel] - Float(mean)) < 1e-6)
            #expect(abs(set.normalisation.standardDeviation[channel] - Float(variance.squareRoot())) < 1e-6)
        }
    }

    /// Wherever it lies: in a folder, an archive, a gzip'd archive. Other pixels and other labels are another set.
    @Test func theSameSetHasTheSameIdentity() throws {
        let folder = try TemporaryFolder()
        try CIFARFixture.write(CIFARFixture.cifar100, to: folder)
        let archive = TarBytes.archive(CIFARFixture.cifar100)
        let set = try CIFARDataset(path: folder.path)
        for other in [try CIFARFixture.set(archive), try CIFARFixture.set(IDXFixture.gzipped(archive))] {
            #expect(other.identityBasis == set.identityBasis)
            for index in 0..<7 { #expect(other.key(of: index, in: .training) == set.key(of: index, in: .training)) }
        }
        #expect(try CIFARFixture.set(TarBytes.archive(CIFARBytes.cifar100())).identityBasis != set.identityBasis)
    }

    /// As any set of images: grey for LeNet-5, scaled where that is asked for.
    @Test func imagesAreBroughtToTheNetwork() throws {
        let folder = try TemporaryFolder()
        try CIFARFixture.write(CIFARFixture.cifar10, to: folder)
        let source = try DatasetSource(parsing: folder.path)
        var options = DatasetOptions()
        options.resize = 76
        #expect(try source.open(inputShape: [3, 67, 67], options: options).imageShape == [3, 76, 76])
        let pipeline = try BatchPipeline(
            source.open(inputShape: [1, 28, 28]), .training, batchSize: 5, inputShape: [1, 28, 28], seed: 1)
        #expect(pipeline.batchesPerEpoch == 3 && pipeline.batchShape == [5, 1, 28, 28])
    }

    /// An end without zeros, a last file without padding, and more after the end: as tar programs write and cut them.
    @Test func archivesEndInSeveralWays() throws {
        let files = CIFARBytes.cifar10()
        let members = files.flatMap { TarBytes.member($0.name, $0.bytes) }
        let padding = (512 - files.last!.bytes.count % 512) % 512
        for archive in [
            members, Array(members.dropLast(padding)), members + [UInt8](repeating: 0, count: 512),
            members + TarBytes.end + [UInt8](repeating: 0, count: 9000), members + TarBytes.end + [1, 2, 3],
        ] {
            try check(try CIFARFixture.set(archive), files, labelBytes: 1, label: 0)
        }
    }

    /// Names beyond a header's hundred bytes: a prefix, pax's records, GNU's way. Sizes in base 256, and in pax's records.
    @Test func longNamesAndSizesAreRead() throws {
        let long = String(repeating: "long-name/", count: 14)
        let files = CIFARBytes.cifar10()
        var archive = TarBytes.member("pax_global", TarBytes.record("comment", "git"), type: "g")
        archive += TarBytes.member(files[0].name, files[0].bytes, prefix: String(long.dropLast()))
        archive += TarBytes.member("x", TarBytes.record("path", long + files[1].name), type: "x")
        archive += TarBytes.member("cut", files[1].bytes)
        archive += TarBytes.member("././@LongLink", Array((long + files[2].name).utf8) + [0], type: "L")
        archive += TarBytes.member("cut", files[2].bytes)
        archive += TarBytes.member("x", TarBytes.record("size", "\(files[3].bytes.count)"), type: "x")
        archive += TarBytes.header(long.prefix(80) + "x", byteCount: 0, type: "5")
        for file in files[3...] {
            var header = TarBytes.header(file.name, byteCount: 0, prefix: String(long.dropLast()))
            let size = file.bytes.count
            header.replaceSubrange(124..<136, with: [0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, UInt8(size >> 8), UInt8(size & 255)])
            archive += TarBytes.sealed(header) + file.bytes.padded
        }
        try check(try CIFARFixture.set(archive + TarBytes.end), files, labelBytes: 1, label: 0)
        var sized = TarBytes.member("x", TarBytes.record("size", "\(files[1].bytes.count)"), type: "x")
        sized += TarBytes.header(files[1].name, byteCount: 0) + files[1].bytes.padded
        for (index, file) in files.enumerated() where index != 1 { sized += TarBytes.member(file.name, file.bytes) }
        try check(try CIFARFixture.set(sized), files, labelBytes: 1, label: 0)
    }
}

extension [UInt8] {
    fileprivate var padded: [UInt8] { self + [UInt8](repeating: 0, count: (512 - count % 512) % 512) }
}
