import Datasets
import ImageFiles
import TestSupport
import Testing

/// Images that cannot be read are refused, or left out by name if that is asked for.
@Suite struct UnreadableImagesTests {
    private static func damaged() throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        try ImageFixture.write(to: folder)
        // Empty, no image, a header only, cut in its data, and a link that leads nowhere.
        try folder.write("train/ant/empty.jpg", [])
        try folder.write("train/ant/text.png", Array("no image".utf8))
        try folder.write("val/ant/cut.jpg", ImageFixture.jpeg(height: 120, width: 160).prefix(2000))
        try folder.write("train/Zebra/cut.png", ImageFixture.png(height: 120, width: 160).prefix(2000))
        folder.link("train/Zebra/gone.jpg", to: "nowhere.jpg")
        return folder
    }

    private static func open(_ folder: TemporaryFolder, threads: Int = 1) throws -> ImageFolderDataset {
        var options = DatasetOptions()
        options.skipsUnreadable = true
        options.threads = threads
        return try ImageFolderDataset(folder: folder.path, height: 16, width: 16, options: options)
    }

    @Test(arguments: [1, 2, 7, 1000]) func theyAreLeftOutAndNamed(threads: Int) throws {
        let folder = try Self.damaged()
        let set = try Self.open(folder, threads: threads)
        #expect(set.exampleCount(.training) == 6 && set.exampleCount(.validation) == 4)
        for split in Split.allCases {
            for index in 0..<set.exampleCount(split) { #expect(throws: Never.self) { try set.pixels(index, of: split) } }
        }
        let unreadable = set.inventory.unreadable
        #expect(
            unreadable.map(\.path)
                == [
                    "train/Zebra/cut.png", "train/Zebra/gone.jpg", "train/ant/empty.jpg", "train/ant/text.png", "val/ant/cut.jpg",
                ]
                .map { folder[$0] })
        #expect(unreadable.allSatisfy { !$0.reason.isEmpty && !$0.reason.contains(folder.path) })
        #expect(set.inventory.leftOut.isEmpty)
    }

    @Test func withoutTheSwitchTheyAreRefusedWithTheAdviceThatIsGiven() throws {
        let folder = try Self.damaged()
        var options = DatasetOptions()
        options.adviceForUnreadable = "give --skip"
        expectError(.missingInput, naming: folder["train/Zebra/gone.jpg"], "or give --skip") {
            _ = try ImageFolderDataset(folder: folder.path, height: 16, width: 16, options: options)
        }
        for name in ["train/Zebra/gone.jpg", "train/ant/empty.jpg", "train/ant/text.png"] { try folder.remove(name) }
        // What is only found out by decoding.
        let set = try ImageFolderDataset(folder: folder.path, height: 16, width: 16, options: options)
        expectError(.badContent, naming: folder["train/Zebra/cut.png"], "or give --skip") {
            for index in 0..<set.exampleCount(.training) { _ = try set.pixels(index) }
        }
    }

    @Test func aClassOfNothingElseIsRefused() throws {
        let folder = try Self.damaged()
        try folder.write("train/bee/1.jpg", [1])
        expectError(.badContent, naming: folder["train/bee"], "no image that can be read", "remove the folder") {
            _ = try Self.open(folder)
        }
    }
}
