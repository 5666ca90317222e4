import Checkpoints
import Foundation
import Tensors
import Testing

/// A network applied to images and data sets that it was not trained on.
@Suite struct PredictImagesTests {
    private static let model = ["--model", "alexnet-small", "--kernels", "standard", "--mode", "single", "--batch-size", "4"]

    private let data: BadDataFolder
    /// Trained for two steps to tell cats from dogs.
    private let checkpoint: String

    init() async throws {
        data = try BadDataFolder()
        try data.writePhotos()
        let run = data.path + "/run"
        let training = try await CommandRun(Self.model + ["--data", data.path, "--steps", "2", "--run", run])
        try #require(training.status == 0, "\(training.errors)")
        checkpoint = run + "/checkpoints/step-00000002.safetensors"
    }

    private func predict(_ arguments: [String]) async throws -> CommandRun {
        try await CommandRun(["predict", "--init-from", checkpoint, "--mode", "single"] + arguments)
    }

    /// A data set of other classes, each with one training and two validation images of the same shades.
    private func dataSet(_ name: String, _ classes: [String]) throws -> String {
        for label in classes {
            try data.write("\(name)/train/\(label)/0.jpg", BadDataFolder.jpeg(shade: 0))
            for i in 0..<2 { try data.write("\(name)/val/\(label)/\(i).jpg", BadDataFolder.jpeg(shade: UInt8(i * 40))) }
        }
        return data.path + "/" + name
    }

    /// The names that predictions bear are the network's, whatever the data call their classes, and so are the labels' numbers.
    @Test func namesBelongToTheWeights() async throws {
        #expect(try SafeTensorsFile(path: checkpoint).metadata["data.class_names"] == #"["cat","dog"]"#)
        let cases: [([String], scored: Int, says: [String])] = [
            (["cat", "dog"], 4, []), (["dog", "wolf"], 2, ["knows no class wolf"]),
            (["bee", "cat", "dog"], 4, ["knows no class bee"]),
            (["eel", "fox"], 0, ["no class of", "eel, fox", "cat, dog", "nothing is scored"]),
        ]
        for (number, (classes, scored, says)) in cases.enumerated() {
            let path = try dataSet("set\(number)", classes)
            let output = data.path + "/out.safetensors"
            let run = try await predict(["--data", path, "--top", "2", "--json"])
            #expect(run.status == 0, "\(run.errors)")
            for part in says { #expect(run.errors.contains(part), "\(run.errors)") }
            #expect(run.errors.isEmpty == says.isEmpty, "\(run.errors)")
            let lines = try run.jsonLines()
            #expect(lines.compactMap { $0["label"] as? String } == classes.flatMap { [$0, $0] })
            for line in lines {
                let best = try #require(line["best"] as? [[String: Any]])
                #expect(Set(best.compactMap { $0["class"] as? String }) == ["cat", "dog"])
            }
            let text = try await predict(["--data", path, "--output", output])
            let count = classes.count * 2
            let summary = "\(count) images" + (scored == 0 ? ";" : scored < count ? ", of which \(scored) have" : ": ")
            #expect(text.output.contains(summary), "\(text.output)")
            let labels = scored == 0 ? nil : try SafeTensorsFile(path: output).tensor(named: "labels").values
            let numbers: [String: Float] = ["cat": 0, "dog": 1]
            #expect(labels == (scored == 0 ? nil : classes.flatMap { [numbers[$0] ?? -1, numbers[$0] ?? -1] }))
        }
    }

    /// Images in every way in which somebody may name them; no labels are known, so nothing is scored.
    @Test func imagesAreGivenInAnyWay() async throws {
        for i in 0..<3 { try data.write("new/\(i).jpg", BadDataFolder.jpeg(shade: UInt8(i * 50))) }
        try data.write("new/below/3.jpeg", BadDataFolder.jpeg(shade: 9))
        try data.write("new/notes.txt", [1])
        try data.write("new/no-ending", [1])
        // A folder that leads back to itself.
        try FileManager.default.createSymbolicLink(atPath: data.path + "/new/loop", withDestinationPath: data.path + "/new")
        let folder = data.path + "/new"
        let all = ["0.jpg", "1.jpg", "2.jpg", "below/3.jpeg"]
        let ways: [([String], [String])] = [
            ([folder], all), (["--data", folder], all), (["--images", folder + "/"], all),
            ([folder + "/1.jpg"], ["1.jpg"]), (["--data", folder + "/1.jpg"], ["1.jpg"]),
            (["--images", folder + "/1.jpg"], ["1.jpg"]),
            ([folder + "/2.jpg", folder + "/0.jpg"], ["2.jpg", "0.jpg"]),
            ([folder + "/1.jpg", folder + "/below"], ["1.jpg", "below/3.jpeg"]),
        ]
        var scores: [String: String] = [:]
        for (arguments, images) in ways {
            let run = try await predict(arguments)
            #expect(run.status == 0, "\(arguments): \(run.errors)")
            let lines = run.output.split(separator: "\n")
            #expect(
                lines.count == images.count + 1 && lines.last == "\(images.count) image\(images.count == 1 ? "" : "s")",
                "\(run.output)")
            for (line, image) in zip(lines, images) {
                let parts = line.split(separator: ": ", maxSplits: 1).map(String.init)
                #expect(parts[0].replacing("//", with: "/") == folder + "/" + image, "\(line)")
                // However it is named, and whatever is beside it in the batch, the same image gets the same answer.
                #expect(scores[image, default: parts[1]] == parts[1], "\(line)")
                scores[image] = parts[1]
            }
            #expect(
                run.errors.contains("2 files left out: 1 without an ending, 1 .txt") == (images == all),
                "\(run.errors)")
        }
        // The validation part of the data set, seen as images, is what it is as a data set.
        let labelled = try await predict([]).output.split(separator: "\n").dropLast().map {
            $0.split(separator: ": ", maxSplits: 1)[1]
        }
        let loose = try await predict([data.path + "/val"]).output.split(separator: "\n").dropLast().map {
            $0.split(separator: ": ", maxSplits: 1)[1]
        }
        #expect(labelled == loose && loose.count == 8)
    }

    @Test func whatIsNoImageIsNamed() async throws {
        try data.write("notes.txt", Array("some words that are no image".utf8))
        try data.write("empty/notes.txt", [1])
        try SafeTensorsFile.write([("images", HostTensor(zeros: [1, 3, 67, 67]))], to: data.path + "/in.safetensors")
        var spoilt = HostTensor(zeros: [2, 3, 67, 67])
        spoilt.values[3 * 67 * 67] = .nan
        try SafeTensorsFile.write([("images", spoilt)], to: data.path + "/nan.safetensors")
        let photo = data.path + "/val/cat/0.jpg"
        let cases: [([String], Int32, [String])] = [
            ([data.path + "/nowhere.jpg"], 66, ["nowhere.jpg"]), ([data.path + "/notes.txt"], 65, ["notes.txt"]),
            ([photo, data.path + "/notes.txt"], 65, ["notes.txt"]), (["--images", data.path + "/notes.txt"], 65, ["notes.txt"]),
            ([data.path + "/empty"], 65, ["/empty", "no image"]), (["--data", data.path, photo], 64, ["--data and images"]),
            ([photo, data.path + "/in.safetensors"], 64, ["in.safetensors", "alone"]),
            (["--images", data.path + "/nan.safetensors"], 65, ["nan.safetensors", "image 1 of images holds nan"]),
        ]
        for (arguments, status, says) in cases {
            let run = try await predict(arguments)
            #expect(run.status == status, "\(arguments): \(run.errors)")
            for part in says { #expect(run.errors.contains(part), "\(arguments): \(run.errors)") }
        }
    }

    /// Weights of whatever size that give no finite score: no probability is made up, and the first image is named.
    @Test func scoresThatAreNotFiniteEndIt() async throws {
        let file = try SafeTensorsFile(path: checkpoint)
        let tensors = try file.names.filter { !$0.hasPrefix("optimizer.") }.map { name in
            var tensor = try file.tensor(named: name)
            // In front of a response normalisation they would make zeros of what comes behind it, by some sets of instructions.
            if name.hasPrefix("fc") { tensor.values = tensor.values.map { $0 * 1e30 } }
            return (name: name, tensor: tensor)
        }
        let path = data.path + "/large.safetensors"
        try SafeTensorsFile.write(tensors, to: path)
        let photo = data.path + "/val/cat/0.jpg"
        let run = try await CommandRun(
            ["predict", "--init-from", path, "--model", "alexnet-small", "--classes", "2", "--mode", "single", photo])
        #expect(run.status == 70, "\(run.errors)")
        #expect(run.errors.contains(photo) && run.errors.contains("evaluation: layer ") && run.output.isEmpty, "\(run.errors)")
    }
}
