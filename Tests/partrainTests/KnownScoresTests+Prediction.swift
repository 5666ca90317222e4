import Checkpoints
import Foundation
import Tensors
import Testing

/// Predictions of the network whose answers are known.
extension KnownScoresTests {
    /// Each image's line, and what all of them come to; the last of three batches of eight is not full.
    @Test func predictionsAreWhatArithmeticSays() async throws {
        let network = KnownNetwork(classes: 10)
        try network.write(to: place.path + "/known.safetensors")
        try network.writeIDX(to: place, in: "data")
        let predict = [
            "predict", "--init-from", "known.safetensors", "--model", "lenet5", "--classes", "10", "--data", "data",
            "--batch-size",
            "8", "--top", "3",
        ]
        let validation = network.score(network.validation)
        let summary = "21 images: \(percent(validation.top1)) right at once, \(percent(validation.top5)) among the first five"
        let run = try await CommandRun(predict, in: place.path)
        try #require(run.status == 0, "\(run.errors)")
        let expected = network.validation.enumerated().map { number, image in
            let probabilities = network.probabilities(isLight: image.isLight)
            let best = network.order(isLight: image.isLight).prefix(3).map { "\($0) \(percent(probabilities[$0]))" }
            return "\(number) (\(image.label)): \(best.joined(separator: ", "))"
        }
        #expect(run.output.split(separator: "\n").map(String.init) == expected + [summary])

        let table = try await CommandRun(predict + ["--output", "out.csv"], in: place.path)
        #expect(table.output == summary + "; in out.csv\n", "\(table.errors)")
        let rows = try String(contentsOfFile: place.path + "/out.csv", encoding: .utf8).split(separator: "\n").map {
            $0.split(separator: ",").map(String.init)
        }
        #expect(
            rows[0] == ["image", "label", "class_1", "probability_1", "class_2", "probability_2", "class_3", "probability_3"])
        #expect(rows.count == 22)
        for (number, (row, image)) in zip(rows.dropFirst(), network.validation).enumerated() {
            let best = network.order(isLight: image.isLight)
            #expect([0, 1, 2, 4, 6].map { row[$0] } == ["\(number)", "\(image.label)"] + best.prefix(3).map { "\($0)" })
            for place in 0..<3 {
                try expectNear(
                    Double(row[3 + 2 * place]), network.probabilities(isLight: image.isLight)[best[place]], "image \(number)")
            }
        }

        _ = try await CommandRun(predict + ["--output", "out.safetensors"], in: place.path)
        let file = try SafeTensorsFile(path: place.path + "/out.safetensors")
        #expect(try file.tensor(named: "labels").values == network.validation.map { Float($0.label) })
        let logits = try file.tensor(named: "logits").values
        let scores = network.validation.flatMap { network.scores(isLight: $0.isLight) }
        try #require(logits.count == scores.count)
        for (logit, score) in zip(logits, scores) { try expectNear(Double(logit), score, "a logit") }
    }

    /// Names are those of the weights' classes, in the weights' order, whatever is asked about.
    @Test func predictionsBearTheRightNames() async throws {
        let names = ["ant", "bee", "cat", "dog", "eel", "fox"]
        let network = KnownNetwork(classes: 6)
        try network.writePhotos(to: place, in: "photos", names: names)
        _ = try await train(network, ["--mode", "single"], data: "photos")
        let weights = "runs/a/checkpoints/step-00000006.safetensors"
        func best(isLight: Bool) -> String {
            network.order(isLight: isLight).map { "\(names[$0]) \(percent(network.probabilities(isLight: isLight)[$0]))" }
                .prefix(2).joined(separator: ", ")
        }
        // A line for each photo: the file, what its folder says, what the network says.
        func expect(_ arguments: [String], isLabelled: Bool, _ summary: String) async throws {
            let run = try await CommandRun(["predict", "--init-from", weights, "--top", "2"] + arguments, in: place.path)
            try #require(run.status == 0, "\(run.errors)")
            // Class by class, and in each by their files' names.
            var photos: [(path: String, isLight: Bool, label: String)] = []
            for (number, image) in network.validation.enumerated() {
                let file = (image.isLight ? "a" : "b") + "\(number + 10).pgm"
                photos.append(("\(names[image.label])/\(file)", image.isLight, names[image.label]))
            }
            photos.sort { $0.path < $1.path }
            let lines = run.output.split(separator: "\n").map(String.init)
            try #require(lines.count == photos.count + 1, "\(run.output)")
            for (line, photo) in zip(lines, photos) {
                let wanted = "photos/val/\(photo.path)\(isLabelled ? " (\(photo.label))" : ""): \(best(isLight: photo.isLight))"
                #expect(line.hasSuffix(wanted), "\(line), not \(wanted)")
            }
            #expect(lines.last == summary)
        }
        let score = network.score(network.validation)
        let said = "21 images: \(percent(score.top1)) right at once, \(percent(score.top5)) among the first five"
        try await expect([], isLabelled: true, said)
        try await expect(["photos/val"], isLabelled: false, "21 images")
        // Data that number their classes otherwise: what the network calls them counts.
        let folders = ["ant": "zebra", "fox": "ape"]
        for split in ["train", "val"] {
            for name in names where FileManager.default.fileExists(atPath: "\(place.path)/photos/\(split)/\(name)") {
                try FileManager.default.createDirectory(
                    atPath: "\(place.path)/others/\(split)", withIntermediateDirectories: true)
                try FileManager.default.copyItem(
                    atPath: "\(place.path)/photos/\(split)/\(name)",
                    toPath: "\(place.path)/others/\(split)/\(folders[name] ?? name)")
            }
        }
        let others = try await CommandRun(["predict", "--init-from", weights, "--data", "others", "--top", "2"], in: place.path)
        let known = network.validation.filter { folders[names[$0.label]] == nil }
        let rest = network.score(known)
        #expect(
            others.output.hasSuffix(
                "21 images, of which \(known.count) have a class of the network: \(percent(rest.top1)) right at once, "
                    + "\(percent(rest.top5)) among the first five\n"), "\(others.output)")
    }
}
