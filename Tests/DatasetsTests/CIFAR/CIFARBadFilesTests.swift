import Datasets
import Fuzzing
import ImageFiles
import Tensors
import TestSupport
import Testing

/// What is wrong with a CIFAR set is named with its file, its place and the remedy.
@Suite struct CIFARBadFilesTests {
    typealias File = (name: String, bytes: [UInt8])

    private static func cifar10(_ name: String, _ change: (inout [UInt8]) -> Void) -> [File] {
        changed(CIFARBytes.cifar10 { _ in 2 }, name, change)
    }
    private static func cifar100(_ name: String, _ change: (inout [UInt8]) -> Void) -> [File] {
        changed(CIFARBytes.cifar100(), name, change)
    }
    private static func changed(_ files: [File], _ name: String, _ change: (inout [UInt8]) -> Void) -> [File] {
        files.map { file in
            guard file.name == name else { return file }
            var bytes = file.bytes
            change(&bytes)
            return (name, bytes)
        }
    }

    /// A set, the file that is wrong, and what the message must say beside its name.
    static let badFiles: [(files: [File], file: String, says: [String])] = [
        (cifar10("data_batch_2.bin") { $0.removeLast() }, "data_batch_2.bin", ["byte 6145", "3072 bytes into record 1", "3073"]),
        (cifar10("test_batch.bin") { $0.append(4) }, "test_batch.bin", ["byte 6147", "1 bytes into record 2", "download"]),
        (cifar10("data_batch_5.bin") { $0 = [] }, "data_batch_5.bin", ["byte 0", "empty", "download"]),
        (
            cifar10("data_batch_1.bin") { $0[0] = 10 }, "data_batch_1.bin",
            ["byte 0", "label 10", "CIFAR-10 end at 9", "download"]
        ),
        (cifar10("test_batch.bin") { $0[3073] = 255 }, "test_batch.bin", ["byte 3073", "label 255", "end at 9"]),
        (cifar10("batches.meta.txt") { $0.removeLast(9) }, "batches.meta.txt", ["ends after 9 names of 10", "download"]),
        (cifar10("batches.meta.txt") { $0 = [] }, "batches.meta.txt", ["byte 0", "after 0 names of 10"]),
        (
            cifar10("batches.meta.txt") { $0 += Array("boat\n".utf8) }, "batches.meta.txt",
            ["line 12", "boat", "more than the 10"]
        ),
        (
            cifar10("batches.meta.txt") { $0 = Array("cat\r\ncat".utf8) }, "batches.meta.txt",
            ["line 2", "cat stands there twice"]
        ),
        (
            cifar10("batches.meta.txt") { $0 = [UInt8](repeating: 10, count: 70_000) }, "batches.meta.txt",
            ["byte 65536", "ends before there"]
        ),
        (cifar100("train.bin") { $0.removeLast(3000) }, "train.bin", ["byte 3148", "74 bytes into record 1", "3074"]),
        (cifar100("train.bin") { $0[3074] = 20 }, "train.bin", ["byte 3074", "coarse label 20", "CIFAR-100 end at 19"]),
        (cifar100("test.bin") { $0[1] = 100 }, "test.bin", ["byte 1", "fine label 100", "end at 99"]),
        (cifar100("fine_label_names.txt") { $0.removeLast(20) }, "fine_label_names.txt", ["names of 100", "download"]),
        (
            cifar10("data_batch_1.bin") { _ in }.map { file in
                (file.name, file.bytes.enumerated().map { (1025..<2049).contains($0 % 3073) ? 7 : $1 })
            }, "data_batch_1.bin", ["byte 1025", "green is 7 in every training pixel", "download"]
        ),
    ]

    @Test(arguments: badFiles.indices, ["folder", "tar", "gzip"])
    func badFilesAreNamedWithPlaceAndRemedy(number: Int, kind: String) throws {
        let (files, file, says) = Self.badFiles[number]
        let folder = try TemporaryFolder()
        let archive = CIFARBytes.archive(files, in: "a")
        switch kind {
        case "folder": try CIFARFixture.write(files, to: folder, below: "set/")
        case "tar": try folder.write("set", archive)
        default: try folder.write("set", IDXFixture.gzipped(archive))
        }
        do {
            _ = try CIFARDataset(path: folder["set"])
            Issue.record("nothing was thrown")
        } catch {
            #expect(error.category == .badContent)
            let place = kind == "folder" ? folder["set/\(file)"] : "\(folder["set"]), \(file)"
            for part in [place] + says { #expect(error.description.contains(part), "\(error)") }
        }
    }

    /// Each in its turn.
    @Test(arguments: (CIFARBytes.cifar10() + CIFARBytes.cifar100()).map(\.name)) func aMissingFileIsNamed(file: String) throws {
        let folder = try TemporaryFolder()
        let isOf10 = CIFARBytes.cifar10().contains { $0.name == file }
        let files = (isOf10 ? CIFARBytes.cifar10() : CIFARBytes.cifar100()).filter { $0.name != file }
        try CIFARFixture.write(files, to: folder)
        var options = DatasetOptions()
        options.coarseLabels = file.hasPrefix("coarse")
        expectError(
            .missingInput, naming: folder[file], "does not exist", "put \(file) beside", isOf10 ? "CIFAR-10" : "CIFAR-100"
        ) {
            _ = try DatasetSource(parsing: folder.path).open(inputShape: [3, 32, 32], options: options)
        }
        let archive = TarBytes.archive(files)
        expectError(.badContent, naming: "byte \(archive.count)", "without \(file)", "download") {
            _ = try CIFARFixture.set(archive, coarse: file.hasPrefix("coarse"))
        }
        // Of the two lists of names only that of the labels in use is needed.
        if file.hasSuffix("names.txt") {
            options.coarseLabels.toggle()
            #expect(throws: Never.self) { try CIFARDataset(path: folder.path, options: options) }
            #expect(throws: Never.self) { try CIFARFixture.set(archive, coarse: options.coarseLabels) }
        }
    }

    @Test func coarseLabelsAreCIFAR100s() throws {
        let folder = try TemporaryFolder()
        try CIFARFixture.write(CIFARBytes.cifar10(), to: folder)
        var options = DatasetOptions()
        options.coarseLabels = true
        for data in [folder.path, "synthetic"] {
            expectError(.usage, naming: "--coarse-labels", "leave it out, or give CIFAR-100") {
                _ = try DatasetSource(parsing: data).open(inputShape: [3, 32, 32], options: options)
            }
        }
        expectError(.usage, naming: "--coarse-labels", "CIFAR-10") {
            _ = try CIFARFixture.set(TarBytes.archive(CIFARBytes.cifar10()), coarse: true)
        }
    }

    @Test func severalSetsAreNotMixed() throws {
        let folder = try TemporaryFolder()
        try CIFARFixture.write(CIFARBytes.cifar10(), to: folder, below: "cifar-10-batches-bin/")
        try CIFARFixture.write(CIFARBytes.cifar100(), to: folder, below: "cifar-100-binary/")
        expectError(
            .badContent, naming: folder.path, "2 sets", "cifar-10-batches-bin, cifar-100-binary", "give the folder of one"
        ) {
            _ = try DatasetSource(parsing: folder.path).open(inputShape: [3, 32, 32])
        }
        let files = CIFARBytes.cifar10()
        for (others, name) in [
            (CIFARBytes.cifar100(), "coarse_label_names.txt"), ([files[2]], files[2].name),
            ([("elsewhere/\(files[1].name)", files[1].bytes)], files[1].name), ([files[0]], files[0].name),
        ] {
            expectError(.badContent, naming: "cifar.tar, \(name)", "byte 0", "beside another set's", "an archive of one set") {
                _ = try CIFARFixture.set(TarBytes.archive(files + others))
            }
        }
    }

    /// What somebody gives who has the wrong download, or stands one folder too far away.
    @Test func mistakesOfThePlaceAreExplained() throws {
        let folder = try TemporaryFolder()
        try folder.write("python/data_batch_1", [0x80, 2])
        try folder.makeFolder("py2/cifar-100-python")
        for name in ["python", "py2"] {
            expectError(.badContent, naming: folder[name], "for Python", "cifar-10-binary.tar.gz") {
                _ = try DatasetSource(parsing: folder[name])
            }
        }
        try folder.write("holder/cifar-10-binary.tar.gz", [1])
        expectError(.badContent, naming: folder["holder"], "an archive", "--data \(folder["holder/cifar-10-binary.tar.gz"])") {
            _ = try DatasetSource(parsing: folder["holder"])
        }
        try CIFARFixture.write(CIFARBytes.cifar10(), to: folder, below: "set/")
        expectError(.badContent, naming: "no folder", "give the folder it is in: --data \(folder["set"])") {
            _ = try DatasetSource(parsing: folder["set/data_batch_1.bin"])
        }
        expectError(.badContent, naming: "without data_batch_1.bin", "download the binary version") {
            _ = try CIFARFixture.set(TarBytes.archive([("cifar-10-batches-py/data_batch_1", [0x80, 2])]))
        }
        expectError(.badContent, naming: "byte 2048", "without data_batch_1.bin", "or train.bin", "unpack it") {
            _ = try CIFARFixture.set(TarBytes.archive([("train/cat/1.jpg", [1])]))
        }
    }
}
