import Foundation
import Testing

/// Data sets as strangers have them, given to the program: everything is used, refused, or counted aloud.
@Suite struct DataFolderTests {
    private static let quick = [
        "--model", "lenet5", "--kernels", "standard", "--mode", "single", "--batch-size", "4", "--steps", "1",
    ]

    private func run(_ arguments: [String], in place: BadDataFolder, status: Int32 = 0) async throws -> CommandRun {
        let run = try await CommandRun(Self.quick + arguments, in: place.path)
        #expect(run.status == status, "\(run.errors)")
        return run
    }

    private func data(_ run: CommandRun) throws -> [String: Any] {
        try #require(try run.jsonLines().first { $0["event"] as? String == "data" })
    }

    @Test func imagesInSubfoldersAreUsed() async throws {
        let place = try BadDataFolder()
        try place.writePhotos()
        for name in ["train/cat/2020/a.jpg", "train/dog/from/far/b.jpg"] { try place.write(name, BadDataFolder.jpeg(shade: 5)) }
        let event = try data(await run(["--data", ".", "--no-run-folder", "--json"], in: place))
        #expect(event["training_examples"] as? Int == 34 && event["left_out"] as? Int == 0)
    }

    @Test func whatIsLeftOutIsCountedInTheOpeningTheLogAndTheEvent() async throws {
        let place = try BadDataFolder()
        try place.writePhotos()
        for name in [
            "train/cat/a.heic", "train/cat/b.heic", "train/dog/notes.txt", "train/stray.jpg", "test/cat/1.jpg", "LICENSE",
        ] {
            try place.write(name, [1])
        }
        let said =
            "6 files left out: 2 .heic, 1 .txt; beside train: 1 without an ending; in test: 1 .jpg; beside the class folders: 1 .jpg"
        let text = try await run(["--data", place.path, "--runs", "runs", "--run", "a"], in: place)
        #expect(text.output.contains(said), "\(text.output)")
        #expect(try String(contentsOfFile: place.path + "/runs/a/log.txt", encoding: .utf8).contains(said))
        try FileManager.default.removeItem(atPath: place.path + "/runs")
        let event = try data(await run(["--data", place.path, "--no-run-folder", "--json"], in: place))
        #expect(event["left_out"] as? Int == 6)
        #expect(event["left_out_by_ending"] as? [String: Int] == [".heic": 2, ".jpg": 2, ".txt": 1, "": 1])
    }

    /// The first hundred images that cannot be read are named, and how many more there are.
    @Test(arguments: [100, 101, 103]) func unreadableImagesAreNamedUpToAHundred(count: Int) async throws {
        let place = try BadDataFolder()
        try place.writePhotos()
        for number in 0..<count { try place.write("train/cat/no-image-\(number).jpg", Array("no image".utf8)) }
        let outcome = try await run(["--data", ".", "--no-run-folder", "--skip-unreadable"], in: place)
        let named = outcome.errors.split(separator: "\n").count { $0.contains("left out, as it cannot be read: ") }
        #expect(named == 100, "\(outcome.errors)")
        #expect(outcome.errors.contains("more, which --json lists in the event data") == (count > 100), "\(outcome.errors)")
        if count > 100 { #expect(outcome.errors.contains("warning: and \(count - 100) more, which --json"), "\(outcome.errors)") }
    }

    /// A class, an image and the data's own folder, with names in Latin-1, typed in a shell.
    @Test func namesThatAreNoUTF8AreUsed() async throws {
        let place = try BadDataFolder()
        try place.writePhotos()
        let script = #"""
            e=$(printf '\351') && mkdir "caf$e" && mv train val "caf$e/" && cd "caf$e" \
            && mv train/dog "train/t$e" && mv val/dog "val/t$e" && mv train/cat/0.jpg "train/cat/$e.jpg" && cp "train/cat/$e.jpg" val/cat/ && cd .. \
            && exec "$0" --data "caf$e" "$@"
            """#
        func shell(_ arguments: [String]) async throws -> CommandRun {
            try await CommandRun(
                ["-c", script, CommandRun.program.path] + Self.quick + arguments, in: place.path,
                of: URL(fileURLWithPath: "/bin/sh"))
        }
        let run = try await shell(["--json", "--run", "runs/a"])
        #expect(run.status == 0, "\(run.errors)")
        let event = try data(run)
        #expect(event["training_examples"] as? Int == 32 && event["validation_examples"] as? Int == 9)
        #expect(event["data"] as? String == #"images in caf\xE9"#)
        #expect(!run.output.contains("\u{FFFD}"))
        // The text leads back to the folder, from the run's own settings and from a message.
        let again = try await CommandRun(["--resume", "runs/a", "--steps", "2"], in: place.path)
        #expect(again.status == 0 && again.output.contains(#""data":"images in caf\\xE9""#), "\(again.errors)")
        let predicted = try await CommandRun(
            ["predict", "--init-from", "runs/a/checkpoints/step-00000002.safetensors", "--json"], in: place.path)
        #expect(predicted.status == 0, "\(predicted.errors)")
        let names = try predicted.jsonLines().compactMap { $0["image"] as? String }
        #expect(names.contains { $0.hasSuffix(#"caf\xE9/val/cat/\xE9.jpg"#) }, "\(names)")
    }

    @Test func lettersNeedTheNumberOfClassesThatTheMessageGives() async throws {
        let place = try BadDataFolder()
        for (name, count) in [("train", 52), ("test", 26)] {
            try place.write("set/emnist-letters-\(name)-images-idx3-ubyte", BadDataFolder.idx([count, 28, 28]))
            let labels = BadDataFolder.idx([count]).prefix(8) + (0..<count).map { UInt8($0 % 26 + 1) }
            try place.write("set/emnist-letters-\(name)-labels-idx1-ubyte", Array(labels))
        }
        let refused = try await run(["--data", "set"], in: place, status: 65)
        #expect(refused.errors.contains("give --classes 27"), "\(refused.errors)")
        _ = try await run(["--data", "set", "--classes", "27", "--run", "runs/a"], in: place)
        let again = try await CommandRun(["--resume", "runs/a", "--steps", "2"], in: place.path)
        #expect(again.status == 0, "\(again.errors)")
        let predicted = try await CommandRun(
            ["predict", "--init-from", "runs/a/checkpoints/step-00000002.safetensors"], in: place.path)
        #expect(predicted.status == 0 && predicted.output.contains("26 images"), "\(predicted.errors)")
    }
}
