import Checkpoints
import Foundation
import Testing

/// A run that goes on has the data that it began with, wherever they lie now, or somebody has said that it may have others.
@Suite struct ResumedDataTests {
    /// A run of four steps in `runs/a` on the photos of `photos`, below `place`; epochs have 8 steps.
    private func begin(in place: BadDataFolder, data: String = "photos", _ more: [String] = []) async throws {
        if !FileManager.default.fileExists(atPath: place.path + "/photos") {
            try place.writePhotos()
            for split in ["train", "val"] { try place.move(split, to: "photos/" + split) }
        }
        let run = try await CommandRun(
            [
                "--model", "lenet5", "--kernels", "standard", "--mode", "single", "--batch-size", "4", "--data", data, "--steps",
                "4", "--learning-rate-schedule", "constant", "--run", "runs/a",
            ] + more, in: place.path)
        #expect(run.status == 0, "\(run.errors)")
    }

    private func resume(_ place: BadDataFolder, _ more: [String] = [], from folder: String? = nil) async throws -> CommandRun {
        try await CommandRun(["--resume", place.path + "/runs/a", "--steps", "9"] + more, in: folder ?? place.path)
    }

    private func weights(_ run: CommandRun) throws -> String {
        try #require(run.output.split(separator: "\n").last { $0.contains("SHA-256") }.map(String.init), "\(run.errors)")
    }

    @Test func whereTheDataLieIsNoPartOfThem() async throws {
        let place = try BadDataFolder()
        try await begin(in: place)
        try place.copy("runs", to: "kept")
        func again() throws {
            try place.remove("runs")
            try place.copy("kept", to: "runs")
        }
        let undisturbed = try await weights(resume(place))
        // From another working folder, and spelt in full.
        try again()
        #expect(try await weights(resume(place, from: "/")) == undisturbed)
        try again()
        #expect(try await weights(resume(place, ["--data", place.path + "/photos/"])) == undisturbed)
        // Moved: the message says what to do, and it works, with files that were made in another order.
        try place.copy("photos/train/dog", to: "elsewhere/pets/train/dog")
        try place.copy("photos/val", to: "elsewhere/pets/val")
        try place.copy("photos/train/cat", to: "elsewhere/pets/train/cat")
        try place.remove("photos")
        try again()
        let lost = try await resume(place)
        #expect(
            lost.status == 66 && lost.errors.contains("give the place where the run's data are now with --data"), "\(lost.errors)"
        )
        let found = try await resume(place, ["--data", "elsewhere/pets"])
        #expect(try weights(found) == undisturbed)
        #expect(!found.errors.contains("warning"), "\(found.errors)")
        // It is remembered.
        #expect(try await resume(place, from: "/").status == 0)
    }

    @Test func aRenamedClassIsNotPassedOver() async throws {
        let place = try BadDataFolder()
        try await begin(in: place)
        // In the order of names dogs come first now: all labels are exchanged.
        for split in ["train", "val"] { try place.move("photos/\(split)/cat", to: "photos/\(split)/kitten") }
        let refused = try await resume(place)
        #expect(refused.status == 64 && refused.errors.contains("class 0 is dog now, and was cat"), "\(refused.errors)")
        // Its advice: back to what it was, or as it is.
        #expect(refused.errors.contains("--allow-changed-data"))
        let allowed = try await resume(place, ["--allow-changed-data", "--run", "b"])
        #expect(allowed.status == 0 && allowed.errors.contains("warning: the run goes on with other data"), "\(allowed.errors)")
        for split in ["train", "val"] { try place.move("photos/\(split)/kitten", to: "photos/\(split)/cat") }
        #expect(try await resume(place).status == 0)
    }

    @Test func aClassThatKeepsItsPlaceIsSaid() async throws {
        let place = try BadDataFolder()
        try await begin(in: place)
        for split in ["train", "val"] { try place.move("photos/\(split)/dog", to: "photos/\(split)/hound") }
        let run = try await resume(place)
        #expect(run.status == 0 && run.errors.contains("class 1 is called hound now, and was dog"), "\(run.errors)")
    }

    /// A damaged image ends a run; each of the three ways that the last words give leads on.
    @Test(arguments: ["mended", "removed", "leave out"]) func whatTheLastWordsAdviseWorks(way: String) async throws {
        let place = try BadDataFolder()
        try place.writePhotos()
        for split in ["train", "val"] { try place.move(split, to: "photos/" + split) }
        let whole = BadDataFolder.jpeg(shade: 3)
        try place.write("photos/train/dog/99.jpg", Array(whole[..<(whole.count / 2)]))
        let flags = [
            "--model", "lenet5", "--kernels", "standard", "--mode", "single", "--batch-size", "4", "--data", "photos", "--epochs",
            "2",
            "--save-every", "1", "--run", "runs/a", "--input-threads", "1", "--seed", "2",
        ]
        let ended = try await CommandRun(flags, in: place.path)
        #expect(ended.status == 65 && ended.errors.contains("photos/train/dog/99.jpg"), "\(ended.errors)")
        let line = try #require(
            ended.errors.split(separator: "\n").first { $0.contains(way) && $0.contains("--resume") }, "\(ended.errors)")
        let command = line[(line.range(of: "partrain --resume")?.lowerBound ?? line.startIndex)...].split(separator: " ")
            .dropFirst()
        if way == "mended" { try place.write("photos/train/dog/99.jpg", whole) }
        if way == "removed" {
            try place.remove("photos/train/dog/99.jpg")
            let plain = try await CommandRun(["--resume", "runs/a"], in: place.path)
            #expect(
                plain.status == 64 && plain.errors.contains("dog had 17 training") && plain.errors.contains("has 16 training"),
                "\(plain.errors)")
            #expect(plain.errors.contains("go on with them as they are now with --allow-changed-data"), "\(plain.errors)")
        }
        let run = try await CommandRun(command.map(String.init) + ["--json"], in: place.path)
        #expect(run.status == 0, "\(run.errors)")
        let lines = try run.jsonLines()
        let event = try #require(lines.first { $0["event"] as? String == "data" })
        #expect(event["training_examples"] as? Int == (way == "mended" ? 33 : 32))
        let unreadable = try #require(event["unreadable"] as? [[String: Any]])
        #expect(
            unreadable.map { $0["image"] as? String ?? "" }
                == (way == "leave out" ? [place.realPath + "/photos/train/dog/99.jpg"] : []))
        #expect(run.errors.contains("warning"), "\(run.errors)")
        #expect(
            run.errors.contains("1 image that cannot be read will be left out from here on") == (way == "leave out"),
            "\(run.errors)")
        #expect(lines.contains { $0["event"] as? String == "finished" })
        // From there on the data are the run's own: nothing has to be said again.
        let again = try await CommandRun(["--resume", "runs/a", "--epochs", "3"], in: place.path)
        #expect(again.status == 0 && !again.errors.contains("other data"), "\(again.errors)")
    }

    @Test func unreadableImagesAreCountedAndNamed() async throws {
        let place = try BadDataFolder()
        try place.writePhotos()
        try place.write("train/dog/99.jpg", Array("no image".utf8))
        for split in ["train", "val"] { try place.move(split, to: "photos/" + split) }
        let flags = ["--model", "lenet5", "--kernels", "standard", "--batch-size", "4", "--steps", "1", "--data", "photos"]
        let refused = try await CommandRun(flags, in: place.path)
        #expect(refused.status == 65 && refused.errors.contains("--skip-unreadable"), "\(refused.errors)")
        let run = try await CommandRun(flags + ["--skip-unreadable", "--run", "runs/a"], in: place.path)
        #expect(run.status == 0 && run.output.contains("1 image left out that cannot be read"), "\(run.output)")
        #expect(run.errors.contains("photos/train/dog/99.jpg ("), "\(run.errors)")
        let log = try String(contentsOfFile: place.path + "/runs/a/log.txt", encoding: .utf8)
        #expect(log.contains("1 image left out that cannot be read") && log.contains("photos/train/dog/99.jpg ("), "\(log)")
        // To take it away then changes nothing.
        try place.remove("photos/train/dog/99.jpg")
        let again = try await CommandRun(["--resume", "runs/a", "--steps", "2"], in: place.path)
        #expect(again.status == 0 && !again.errors.contains("other data"), "\(again.errors)")
    }

    /// What an older release has saved: three counts and no more.
    @Test func anOlderReleasesRunGoesOnWithAWord() async throws {
        let place = try BadDataFolder()
        try await begin(in: place)
        let path = place.path + "/runs/a/checkpoints/step-00000004.safetensors"
        var checkpoint = try Checkpoint(path: path)
        for key in ["data.identity", "data.digest"] { #expect(checkpoint.metadata.removeValue(forKey: key) != nil) }
        try CheckpointFolder(path: place.path + "/runs/a/checkpoints").save(checkpoint)
        try place.copy("runs", to: "kept")
        let run = try await resume(place)
        #expect(run.status == 0 && run.errors.contains("recorded no more"), "\(run.errors)")
        try place.remove("runs")
        try place.move("kept", to: "runs")
        try place.remove("photos/train/cat/3.jpg")
        let refused = try await resume(place)
        #expect(refused.status == 64 && refused.errors.contains("there are 31 training images, and were 32"), "\(refused.errors)")
        #expect(try await resume(place, ["--allow-changed-data"]).status == 0)
    }

    @Test func otherOptionsOfSyntheticDataAreOtherData() async throws {
        let place = try BadDataFolder()
        let data = "synthetic:classes=4,train=32,val=8"
        try place.makeFolder("photos")
        try await begin(in: place, data: data)
        let refused = try await resume(place, ["--data", data + ",seed=3"])
        #expect(refused.status == 64 && refused.errors.contains("their options are others"), "\(refused.errors)")
        let same = try await resume(place, ["--data", "synthetic:val=8,train=32,classes=4"])
        #expect(same.status == 0 && !same.errors.contains("warning"), "\(same.errors)")
        #expect(try await resume(place, ["--data", data + ",seed=3", "--allow-changed-data"]).status == 0)
    }

    /// A network has as many outputs as the run began with: with fewer classes, the message's command begins another.
    @Test func aClassThatIsGoneNeedsAnotherRun() async throws {
        let place = try BadDataFolder()
        try await begin(in: place)
        for split in ["train", "val"] { try place.copy("photos/\(split)/dog", to: "photos/\(split)/eel") }
        let more = try await resume(place, ["--allow-changed-data"])
        #expect(more.status == 64 && more.errors.contains("there are 3 classes, and were 2, with eel now"), "\(more.errors)")
        try place.remove("runs")
        try await begin(in: place)
        for split in ["train", "val"] { try place.remove("photos/\(split)/eel") }
        let fewer = try await resume(place)
        #expect(fewer.status == 64 && fewer.errors.contains("--classes 3"), "\(fewer.errors)")
        let advice = try #require(fewer.errors.range(of: "--init-from"))
        let command = fewer.errors[advice.lowerBound...].split(whereSeparator: \.isWhitespace).map(String.init)
        let other = try await CommandRun(
            command + ["--steps", "1", "--kernels", "standard", "--batch-size", "4"], in: place.path)
        #expect(other.status == 0, "\(other.errors)")
    }
}

extension BadDataFolder {
    fileprivate func move(_ name: String, to other: String) throws {
        try FileManager.default.moveItem(at: URL(fileURLWithPath: path + "/" + name), to: prepared(other))
    }

    fileprivate func copy(_ name: String, to other: String) throws {
        try FileManager.default.copyItem(at: URL(fileURLWithPath: path + "/" + name), to: prepared(other))
    }

    fileprivate func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path + "/" + name) }

    /// As the program sees its own working folder.
    fileprivate var realPath: String { URL(fileURLWithPath: path).resolvingSymlinksInPath().path }

    private func prepared(_ name: String) throws -> URL {
        let url = URL(fileURLWithPath: path + "/" + name)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        return url
    }
}
