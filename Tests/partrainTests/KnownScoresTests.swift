import Checkpoints
import Foundation
import Tensors
import Testing

/// Every number that a person reads of a run is what arithmetic says it is: of a network whose answers are known, on images whose classes
/// are known, with a last batch that is not full.
@Suite struct KnownScoresTests {
    let place: BadDataFolder

    init() throws {
        place = try BadDataFolder()
    }

    /// Two epochs with a rate that moves no weight.
    func train(_ network: KnownNetwork, _ flags: [String], data: String = "data") async throws -> CommandRun {
        try network.write(to: place.path + "/known.safetensors")
        if !FileManager.default.fileExists(atPath: place.path + "/" + data) { try network.writeIDX(to: place, in: data) }
        let run = try await CommandRun(
            [
                "--model", "lenet5", "--data", data, "--batch-size", "14", "--epochs", "2", "--init-from", "known.safetensors",
                "--learning-rate", "1e-30", "--momentum", "0", "--weight-decay", "0", "--kernels", "standard", "--run", "a",
                "--json",
            ] + flags, in: place.path)
        try #require(run.status == 0, "\(run.errors)")
        return run
    }

    private func events(_ run: CommandRun, _ name: String) throws -> [[String: Any]] {
        try run.jsonLines().filter { $0["event"] as? String == name }
    }

    /// The printed lines of the run, which its folder keeps.
    private func log() throws -> [String] {
        try String(contentsOfFile: place.path + "/runs/a/log.txt", encoding: .utf8).split(separator: "\n").map(String.init)
    }

    /// A table's cells: more than one blank is between two.
    private func cells(_ line: String) -> [String] {
        line.components(separatedBy: "  ").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
    }

    func percent(_ share: Double) -> String { String(format: "%.1f %%", share * 100) }
    private func loss(_ value: Double) -> String { String(format: "%.4f", value) }

    func expectNear(
        _ value: Any?, _ expected: Double, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let number = try #require(value as? Double, "\(what)", sourceLocation: sourceLocation)
        // Losses are below 8, and single precision rounds each of them.
        #expect(abs(number - expected) < 1e-6, "\(what): \(number), not \(expected)", sourceLocation: sourceLocation)
    }

    /// Foundation's reader of JSON rounds the last digits.
    private func expectShare(
        _ value: Any?, _ expected: Double, _ what: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let number = try #require(value as? Double, "\(what)", sourceLocation: sourceLocation)
        #expect(abs(number - expected) < 1e-12, "\(what): \(number), not \(expected)", sourceLocation: sourceLocation)
    }

    // MARK: Training

    @Test(
        arguments: [
            ["--mode", "single"], ["--mode", "single", "--micro-batches", "4"],
            ["--mode", "data", "--devices", "3", "--micro-batches", "5"],
            ["--mode", "model", "--devices", "2"], ["--mode", "hybrid", "--devices", "2", "--micro-batches", "4"],
        ])
    func aRunSaysWhatArithmeticSays(flags: [String]) async throws {
        let network = KnownNetwork(classes: 10)
        let (training, validation) = (network.score(network.training), network.score(network.validation))
        // Right at once and second, fifth and sixth: or a neighbour's place would not be told from it.
        for score in [training, validation] { for place in [0, 1, 4, 5] { try #require(score.places[place] > 0) } }
        let run = try await train(network, flags)

        let epochs = try events(run, "epoch")
        #expect(epochs.compactMap { $0["epoch"] as? Int } == [1, 2])
        for event in epochs {
            try expectNear(event["training_loss"], training.loss, "training loss")
            try expectNear(event["validation_loss"], validation.loss, "validation loss")
            try expectShare(event["training_top1"], training.top1, "training_top1")
            try expectShare(event["training_top5"], training.top5, "training_top5")
            try expectShare(event["validation_top1"], validation.top1, "validation_top1")
            try expectShare(event["validation_top5"], validation.top5, "validation_top5")
        }
        let finished = try #require(try events(run, "finished").first)
        try expectNear(finished["loss"], training.loss, "loss")
        try expectNear(finished["validation_loss"], validation.loss, "validation loss")
        try expectShare(finished["training_top1"], training.top1, "training_top1")
        try expectShare(finished["training_top5"], training.top5, "training_top5")
        try expectShare(finished["top1"], validation.top1, "top1")
        try expectShare(finished["top5"], validation.top5, "top5")
        try expectMetrics(training, validation)

        let shown = [training, validation].flatMap { [loss($0.loss), percent($0.top1), percent($0.top5)] }
        let table = try log().map(cells)
        #expect(table.contains(["epoch", "loss", "top-1", "top-5", "loss", "top-1", "top-5", "images/s", "time"]))
        for epoch in ["1/2", "2/2"] {
            let line = try #require(table.first { $0.first == epoch && $0.count == 9 })
            #expect(Array(line[1...6]) == shown)
        }
        #expect(
            try log().contains(
                "validation  loss \(loss(validation.loss)) · top-1 \(percent(validation.top1)) · top-5 \(percent(validation.top5))"
            ))
    }

    /// The tables for other programs have the same numbers.
    private func expectMetrics(_ training: KnownNetwork.Score, _ validation: KnownNetwork.Score) throws {
        let lines = try String(contentsOfFile: place.path + "/runs/a/metrics.csv", encoding: .utf8).split(separator: "\n")
            .map { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        let rows = lines.filter { $0.contains("epoch") }.dropFirst()
        #expect(rows.count == 2)
        for row in rows {
            let values = Dictionary(uniqueKeysWithValues: zip(lines[0], row))
            for (name, expected) in [
                ("loss", training.loss), ("training_top1", training.top1), ("training_top5", training.top5),
                ("validation_loss", validation.loss), ("validation_top1", validation.top1), ("validation_top5", validation.top5),
            ] {
                try expectNear(values[name].flatMap { Double($0) }, expected, name)
            }
        }
    }

    /// The checkpoint keeps them, and names the first of equals as the best.
    @Test func aCheckpointKeepsTheScores() async throws {
        let network = KnownNetwork(classes: 10)
        let (training, validation) = (network.score(network.training), network.score(network.validation))
        _ = try await train(network, ["--mode", "single"])
        let file = try SafeTensorsFile(path: place.path + "/runs/a/checkpoints/step-00000006.safetensors")
        func number(_ name: String) -> Double? { file.metadata.first { $0.key.hasSuffix(name) }.flatMap { Double($0.value) } }
        #expect(number("best.top1") == validation.top1 && number("best.step") == 3)
        #expect(number("training_sum.examples") == 42 && number("validation_sum.examples") == 21)
        #expect(number("validation_sum.top1") == (validation.top1 * 21).rounded())
        #expect(number("validation_sum.top5") == (validation.top5 * 21).rounded())
        try expectNear(number("training_sum.loss").map { $0 / 42 }, training.loss, "training loss")
        try expectNear(number("validation_sum.loss").map { $0 / 21 }, validation.loss, "validation loss")
        let resumed = try await CommandRun(["--resume", "runs/a", "--json"], in: place.path)
        let finished = try #require(try events(resumed, "finished").first)
        try expectShare(finished["top5"], validation.top5, "top5")
        try expectShare(finished["training_top5"], training.top5, "training_top5")
    }

    /// Of five classes or fewer the right one always is among the five best. That is not said as if it were something.
    @Test(arguments: [2, 5, 6]) func whatSaysNothingIsNotSaid(classes: Int) async throws {
        let network = KnownNetwork(classes: classes)
        let (training, validation) = (network.score(network.training), network.score(network.validation))
        let run = try await train(network, ["--mode", "data", "--devices", "2"])
        let isTold = classes > 5
        let epoch = try #require(try events(run, "epoch").last)
        let finished = try #require(try events(run, "finished").first)
        for (event, key, score) in [
            (epoch, "training_top5", training), (epoch, "validation_top5", validation), (finished, "training_top5", training),
            (finished, "top5", validation),
        ] {
            if isTold {
                try expectShare(event[key], score.top5, key)
            } else {
                #expect(event[key] is NSNull, "\(key)")
            }
        }
        try expectShare(epoch["validation_top1"], validation.top1, "validation_top1")
        try expectShare(finished["top1"], validation.top1, "top1")
        let text = try log()
        #expect(text.contains { $0.contains("top-5") } == isTold)
        let table = text.map(cells)
        let told = isTold ? ["loss", "top-1", "top-5"] : ["loss", "top-1"]
        let head = ["epoch"] + told + told + ["images/s", "time"]
        #expect(table.contains(head))
        let line = try #require(table.first { $0.first == "2/2" && $0.count > 5 })
        let shown = [training, validation].flatMap { score in
            [loss(score.loss), percent(score.top1), percent(score.top5)].prefix(told.count)
        }
        #expect(Array(line.dropFirst().dropLast(2)) == shown)

        let predicted = try await CommandRun(
            ["predict", "--init-from", "runs/a/checkpoints/step-00000006.safetensors", "--data", "data"], in: place.path)
        let five = isTold ? ", \(percent(validation.top5)) among the first five" : ""
        #expect(
            predicted.output.hasSuffix("\n21 images: \(percent(validation.top1)) right at once\(five)\n"), "\(predicted.output)")

        // What a run keeps it finds again, be it there or not.
        let resumed = try await CommandRun(["--resume", "runs/a", "--epochs", "3", "--json"], in: place.path)
        #expect(resumed.status == 0, "\(resumed.errors)")
        let after = try #require(try events(resumed, "finished").first)
        if isTold { try expectShare(after["top5"], validation.top5, "top5") } else { #expect(after["top5"] is NSNull) }
    }

    // MARK: The console

    /// What is printed for people is what is printed for programs: of one run, whose times nobody knows before.
    @Test func theConsoleHasTheNumbersOfTheEvents() async throws {
        let run = try await train(KnownNetwork(classes: 10), ["--mode", "data", "--devices", "2"])
        let finished = try #require(try events(run, "finished").first)
        func number(_ key: String) throws -> Double { try #require((finished[key] as? NSNumber)?.doubleValue, "\(key)") }
        func speed(_ value: Double) -> String { value < 100 ? String(format: "%.1f", value) : grouped(Int(value.rounded())) }
        func seconds(_ key: String) throws -> String { duration(try number(key)) }
        func bytes(_ key: String) throws -> String {
            let kibibytes = try number(key) / 1024
            return kibibytes < 1024 ? String(format: "%.1f KiB", kibibytes) : String(format: "%.1f MiB", kibibytes / 1024)
        }
        let parts = try ["compute", "exchange", "waiting", "input", "other"].map { "\($0) \(percent(try number($0)))" }
        let lines = try log()
        for line in [
            "speed       \(speed(try number("images_per_second"))) images/s · 6 steps in \(try seconds("training_seconds")) · "
                + "validation \(try seconds("validation_seconds")) · saving \(try seconds("saving_seconds"))",
            "time        " + parts.joined(separator: " · "),
            // Of each parameter's gradient and of each parameter two devices together receive as many bytes as it has.
            "exchanged   \(grouped(2 * 4 * 61_706)) bytes a step",
            "memory      devices \(try bytes("device_memory_bytes")) · process at most \(try bytes("peak_memory_bytes"))"
                + ", planned \(try bytes("planned_memory_bytes"))",
            "weights     SHA-256 \(try #require(finished["weights_sha256"] as? String))",
        ] {
            #expect(lines.contains(line), "\(line) is missing in:\n\(lines.joined(separator: "\n"))")
        }
        let shares = try ["compute", "exchange", "waiting", "input", "other"].map(number)
        #expect(shares.allSatisfy { $0 >= 0 } && shares[0] > 0)
        #expect(abs(try number("images_per_second") * number("training_seconds") - 6 * 14) < 1e-6)
        let table = lines.map(cells)
        for event in try events(run, "epoch") {
            let epoch = try #require(event["epoch"] as? Int)
            let line = try #require(table.first { $0.first == "\(epoch)/2" && $0.count == 9 })
            #expect(line[7] == speed(try #require(event["images_per_second"] as? Double)))
            #expect(line[8] == duration(try #require(event["seconds"] as? Double)))
        }
    }

    /// Of less than a minute.
    private func duration(_ seconds: Double) -> String {
        seconds < 10 ? String(format: "%.1f s", seconds) : String(format: "%.0f s", seconds)
    }

    private func grouped(_ value: Int) -> String {
        var text = String(value)
        var place = text.count - 3
        while place > 0 {
            text.insert(",", at: text.index(text.startIndex, offsetBy: place))
            place -= 3
        }
        return text
    }
}
