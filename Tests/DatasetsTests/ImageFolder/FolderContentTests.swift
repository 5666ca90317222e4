import Datasets
import Glibc
import ImageFiles
import Tensors
import TestSupport
import Testing

/// Every file below a data set's folder is used, refused, or counted aloud.
@Suite struct FolderContentTests {
    private func open(_ folder: TemporaryFolder, _ options: DatasetOptions = DatasetOptions()) throws -> ImageFolderDataset {
        try ImageFolderDataset(folder: folder.path, height: 16, width: 16, options: options)
    }

    private func base() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try ImageFixture.write(to: folder)
        return folder
    }

    @Test func imagesInSubfoldersAreUsed() throws {
        let folder = try base()
        for (index, name) in ["train/ant/2020/a.jpg", "train/ant/2020/may/b.jpg", "val/Zebra/x/y/z/c.PNG"].enumerated() {
            try folder.write(name, index < 2 ? ImageFixture.jpeg() : ImageFixture.png())
        }
        let set = try open(folder)
        #expect(set.exampleCount(.training) == 8 && set.exampleCount(.validation) == 5)
        #expect(
            (3..<8).map { set.name(of: $0, in: .training) }
                == ["0.jpg", "1.jpg", "2.jpg", "2020/a.jpg", "2020/may/b.jpg"].map { folder["train/ant/" + $0] })
        #expect((0..<8).map { set.label(of: $0, in: .training) } == [0, 0, 0, 1, 1, 1, 1, 1])
        #expect(set.inventory.leftOut.isEmpty && set.inventory.remarks.isEmpty)
        for index in 0..<8 { #expect(throws: Never.self) { try set.pixels(index) } }
    }

    /// Far more levels than a recursion's stack would like, as many as a path may have.
    @Test func deepFoldersAreWalked() throws {
        let folder = try base()
        let depth = 1500
        try folder.makeFolder("train/ant/" + [String](repeating: "d", count: depth).joined(separator: "/"))
        try folder.write("train/ant/" + String(repeating: "d/", count: depth) + "1.jpg", ImageFixture.jpeg())
        #expect(try open(folder).exampleCount(.training) == 7)
    }

    @Test func whatIsNotUsedIsCountedByPlaceAndEnding() throws {
        let folder = try base()
        for name in [
            "train/ant/a.heic", "train/ant/deep/b.HEIC", "train/Zebra/notes.txt", "val/ant/LICENSE", "train/ant/a.tar.gz",
            "train/ant/v1.2 final",
            "train/stray.jpg", "val/stray.jpg", "test/ant/1.jpg", "test/ant/2.jpg", "extra/deep/1.png", "README.md",
        ] { try folder.write(name, [1]) }
        let leftOut = try open(folder).inventory.leftOut
        #expect(leftOut.total == 12)
        #expect(
            leftOut.sentence
                == "12 files left out: 2 .heic, 1 without an ending, 1 .gz, 1 .txt, 1 of no usual ending; beside train: 1 .md; in extra: "
                + "1 .png; in test: 2 .jpg; beside the class folders: 2 .jpg")
        #expect(leftOut.byEnding.first?.ending == ".jpg" && leftOut.byEnding.first?.count == 4)
        #expect(try open(base()).inventory.leftOut.sentence == nil)
    }

    @Test func manyEndingsStayOneLine() throws {
        let folder = try base()
        for number in 0..<50 { try folder.write("train/ant/a.\(number)", []) }
        let sentence = try #require(try open(folder).inventory.leftOut.sentence)
        #expect(sentence.hasPrefix("50 files left out: 1 .0, ") && sentence.hasSuffix(", 42 of other endings"), "\(sentence)")
    }

    /// Hidden files, and what systems leave, are nobody's images: neither used nor counted.
    @Test func droppingsArePassedOverInSilence() throws {
        let folder = try base()
        for name in [
            "train/.DS_Store", ".git/config", "train/ant/._0.jpg", "train/ant/Thumbs.db",
            "train/ant/@eaDir/0.jpg/SYNOPHOTO_THUMB_M.jpg",
            "__MACOSX/train/ant/._0.jpg", "train/__MACOSX/x.jpg", "train/.ipynb_checkpoints/0.jpg", "val/desktop.ini",
            "lost+found/1.jpg",
            "train/ant/.hidden/1.jpg",
        ] { try folder.write(name, [1]) }
        let set = try open(folder)
        #expect(set.classNames == ["Zebra", "ant"] && set.exampleCount(.training) == 6)
        #expect(set.inventory.leftOut.isEmpty && set.inventory.remarks.isEmpty)
    }

    // MARK: Names

    @Test func namesThatAreNoTextAreUsedAndPrintedEscaped() throws {
        let folder = try base()
        try folder.write("train/Zebra/9.jpg", ImageFixture.jpeg())
        try folder.write("train/Zebra/9.heic", [])
        folder.rename("train/Zebra/9.jpg", toBytes: Array("caf".utf8) + [0xE9] + Array(".jpg".utf8))
        folder.rename("train/Zebra/9.heic", toBytes: Array("caf".utf8) + [0xE9] + Array(".heic".utf8))
        for split in ["train", "val"] { folder.rename("\(split)/ant", toBytes: Array("oiseau-".utf8) + [0xE9, 0x74, 0xE9]) }
        let set = try open(folder)
        #expect(set.classNames == ["Zebra", #"oiseau-\xE9t\xE9"#])
        #expect(set.exampleCount(.training) == 7 && set.exampleCount(.validation) == 4)
        #expect(set.name(of: 3, in: .training) == folder[#"train/Zebra/caf\xE9.jpg"#])
        #expect(set.inventory.leftOut.sentence == "1 file left out: 1 .heic")
        for index in 0..<7 { #expect(throws: Never.self) { try set.pixels(index) } }
    }

    @Test func aBrokenImageWithSuchANameIsNamedSo() throws {
        let folder = try base()
        try folder.write("train/ant/9.jpg", [1, 2, 3])
        folder.rename("train/ant/9.jpg", toBytes: [0xE9, 0x0A] + Array(".jpg".utf8))
        expectError(.badContent, naming: folder[#"train/ant/\xE9\x0A.jpg"#]) { _ = try open(folder) }
    }

    @Test func aSetInSuchAFolderIsOpenedByItsText() throws {
        let folder = try TemporaryFolder()
        for name in ["train/a/0.jpg", "train/b/0.jpg", "val/a/0.jpg", "val/b/0.jpg"] {
            try folder.write("set/" + name, ImageFixture.jpeg())
        }
        folder.rename("set", toBytes: [0x73, 0xE9, 0x74])
        let source = try DatasetSource(parsing: folder[#"s\xE9t"#])
        #expect(try source.open(inputShape: [3, 16, 16]).exampleCount(.training) == 2)
        #expect(source.absolutePath == folder[#"s\xE9t"#])
        #expect(try DatasetSource(parsing: #require(source.absolutePath)).open(inputShape: [3, 16, 16]).name == #"s\xE9t"#)
    }

    @Test func namesThatLookAlikeAreToldApartAndSaid() throws {
        let folder = try base()
        for split in ["train", "val"] {
            try folder.write("\(split)/ANT/1.jpg", ImageFixture.jpeg())
            try folder.write("\(split)/caf\u{E9}/1.jpg", ImageFixture.jpeg())
            try folder.write("\(split)/x/1.jpg", ImageFixture.jpeg())
            folder.rename("\(split)/x", toBytes: Array("cafe\u{301}".utf8))
        }
        let set = try open(folder)
        #expect(set.classCount == 5)
        #expect((0..<set.exampleCount(.training)).map { set.label(of: $0, in: .training) } == [0, 1, 1, 1, 2, 2, 2, 3, 4])
        #expect(
            set.inventory.remarks == [
                "these classes look alike, and are told apart: ANT, ant",
                #"these classes look alike, and are told apart: cafe\xCC\x81, caf\xC3\xA9"#,
            ])
    }

    @Test func aClassWithoutValidationImagesIsSaid() throws {
        let folder = try base()
        try folder.write("train/bee/1.jpg", ImageFixture.jpeg())
        let set = try open(folder)
        #expect(set.classCount == 3)
        #expect(set.inventory.remarks.count == 1 && set.inventory.remarks[0].hasSuffix("val has no images of bee"))
    }

    /// Five are named, and the others counted.
    @Test(arguments: [(5, "b0, b1, b2, b3, b4"), (7, "b0, b1, b2, b3, b4 and 2 more classes")])
    func manyClassesWithoutValidationImagesStayOneLine(count: Int, says: String) throws {
        let folder = try base()
        for number in 0..<count { try folder.write("train/b\(number)/1.jpg", ImageFixture.jpeg()) }
        let remarks = try open(folder).inventory.remarks
        #expect(remarks.count == 1 && remarks[0].hasSuffix("val has no images of \(says)"), "\(remarks)")
    }

    // MARK: Links and what is no file

    @Test func linksAreFollowedAndCirclesAreLeft() throws {
        let folder = try base()
        try folder.write("elsewhere/1.jpg", ImageFixture.jpeg())
        try folder.write("elsewhere/more/2.jpg", ImageFixture.jpeg())
        folder.link("train/ant/linked", to: "../../elsewhere")
        folder.link("train/ant/linked.jpg", to: "0.jpg")
        folder.link("elsewhere/more/up", to: "..")
        folder.link("train/ant/root", to: "../..")
        folder.link("train/ant/self", to: ".")
        folder.link("train/loop", to: ".")
        folder.link("val/loop", to: "..")
        let set = try open(folder)
        #expect(set.classNames == ["Zebra", "ant"] && set.exampleCount(.training) == 9)
        #expect(set.inventory.remarks.count == 1 && set.inventory.remarks[0].hasPrefix("3 links in "), "\(set.inventory.remarks)")
        #expect(set.inventory.leftOut.sentence == "2 files left out: in elsewhere: 2 .jpg")
    }

    /// Reading a pipe would wait for somebody to write to it.
    @Test(.timeLimit(.minutes(30))) func aPipeIsRefused() throws {
        let folder = try base()
        precondition(mkfifo(folder["train/ant/9.jpg"], 0o600) == 0, "a pipe can be made")
        expectError(.badContent, naming: folder["train/ant/9.jpg"], "not a regular file") { _ = try open(folder) }
    }

    @Test(.enabled(if: getuid() != 0, "root may list every folder")) func aClosedFolderIsRefused() throws {
        let folder = try base()
        try folder.write("train/ant/closed/1.jpg", ImageFixture.jpeg())
        chmod(folder["train/ant/closed"], 0)
        defer { chmod(folder["train/ant/closed"], 0o700) }
        expectError(.missingInput, naming: folder["train/ant/closed"], "grant this user") { _ = try open(folder) }
    }

    /// The order in which files are made, and so that of the folder's entries, decides nothing.
    @Test func theOrderOfExamplesIsThatOfTheNamesBytes() throws {
        let names = ["a-b/1.jpg", "a/1.jpg", "B.jpg", "b.jpg", "b/2.jpg", "10.jpg", "9.jpg", "é.jpg"]
        func order(_ names: [String]) throws -> [[UInt8]] {
            let folder = try TemporaryFolder()
            for name in names { try folder.write("train/only/" + name, ImageFixture.png(height: 2, width: 2)) }
            for name in ["train/zoo/1.png", "val/zoo/1.png", "val/only/1.png"] {
                try folder.write(name, ImageFixture.png(height: 2, width: 2))
            }
            let set = try open(folder)
            return (0..<set.exampleCount(.training)).map { set.key(of: $0, in: .training).name }
        }
        #expect(try order(names) == order(names.reversed()))
        #expect(
            try order(names).map { String(decoding: $0, as: UTF8.self) }
                == ["10.jpg", "9.jpg", "B.jpg", "a-b/1.jpg", "a/1.jpg", "b.jpg", "b/2.jpg", "é.jpg", "1.png"])
    }
}
