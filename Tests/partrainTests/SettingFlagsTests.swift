import Configuration
import Foundation
import Testing

/// A flag gives its own setting the value that was typed, and no setting is without one.
@Suite struct SettingFlagsTests {
    /// Every setting that is kept with a run, as a flag and as the settings are then printed; none has its default.
    static let given: [(name: String, flags: [String], printed: String)] = [
        ("mode", ["--mode", "hybrid"], "hybrid"), ("devices", ["--devices", "3"], "3"),
        ("cores-per-device", ["--cores-per-device", "2"], "2"), ("micro-batches", ["--micro-batches", "12"], "12"),
        ("kernels", ["--kernels", "standard"], "standard"), ("precision", ["--precision", "bf16"], "bf16"),
        ("device-memory", ["--device-memory", "3GiB"], "3GiB"), ("model", ["--model", "lenet5"], "lenet5"),
        ("classes", ["--classes", "13"], "13"), ("input-size", ["--input-size", "36"], "36"),
        ("data", ["--data", "synthetic:classes=12,seed=4"], "synthetic:classes=12,seed=4"),
        ("coarse-labels", ["--coarse-labels"], "true"), ("cutout", ["--cutout", "8"], "8"),
        ("skip-unreadable", ["--skip-unreadable"], "true"), ("batch-size", ["--batch-size", "96"], "96"),
        ("steps", ["--steps", "77"], "77"), ("learning-rate", ["--learning-rate", "0.003"], "0.003"),
        ("learning-rate-schedule", ["--learning-rate-schedule", "step"], "step"),
        ("milestones", ["--milestones", "4,9"], "[4,9]"), ("milestone-factor", ["--milestone-factor", "0.25"], "0.25"),
        ("warmup-steps", ["--warmup-steps", "11"], "11"), ("momentum", ["--momentum", "0.8"], "0.8"),
        ("weight-decay", ["--weight-decay", "0.125"], "0.125"), ("optimizer", ["--optimizer", "adamw"], "adamw"),
        ("beta2", ["--beta2", "0.99"], "0.99"), ("epsilon", ["--epsilon", "0.001"], "0.001"),
        ("clip-norm", ["--clip-norm", "2.5"], "2.5"), ("ema-decay", ["--ema-decay", "0.75"], "0.75"),
        ("decay-biases", ["--no-decay-biases"], "false"), ("label-smoothing", ["--label-smoothing", "0.125"], "0.125"),
        ("dropout", ["--no-dropout"], "false"), ("freeze", ["--freeze", "conv1,conv2"], "[conv1,conv2]"),
        ("initialization", ["--initialization", "he"], "he"), ("batch-norm", ["--batch-norm", "frozen"], "frozen"),
        ("seed", ["--seed", "18446744073709551615"], "18446744073709551615"),
        ("resize", ["--resize", "99"], "99"), ("crop", ["--crop"], "true"), ("mirror", ["--no-mirror"], "false"),
        ("colour", ["--colour"], "true"),
        ("exif-orientation", ["--no-exif-orientation"], "false"), ("input-threads", ["--input-threads", "3"], "3"),
        ("image-cache", ["--image-cache", "64"], "64"), ("evaluate-every", ["--evaluate-every", "2"], "2"),
        ("stall-timeout", ["--stall-timeout", "7"], "7"), ("json", ["--json"], "true"),
        ("save-every", ["--save-every", "5"], "5"),
        ("keep", ["--keep", "9"], "9"), ("init-from", ["--init-from", "/nowhere/x.safetensors"], "/nowhere/x.safetensors"),
        ("init-partial", ["--init-partial"], "true"), ("init-map", ["--init-map", "a.1=b.2,c="], "[a.1=b.2,c=]"),
    ]
    /// What belongs to one call and is kept with no run; epochs stand in place of steps, resized and padded crops in
    /// place of crops, and how images are mirrored in place of that none are.
    private static let others: Set = [
        "random-resized-crop", "run", "runs", "run-folder", "resume", "allow-changed-data", "epochs", "trust-coefficient",
        "pad-crop", "pad-mode", "flip", "scale-jitter",
    ]

    private func settings(_ arguments: [String]) async throws -> [String: String] {
        let run = try await CommandRun(["--print-config"] + arguments)
        #expect(run.status == 0, "\(run.errors)")
        return Dictionary(
            uniqueKeysWithValues: run.output.split(separator: "\n").map { line in
                let parts = line.split(separator: ":", maxSplits: 1)
                return (String(parts[0]), parts[1].filter { $0 != " " && $0 != "\"" })
            })
    }

    @Test func everyFlagReachesItsSettingAndNoOther() async throws {
        let found = try await settings(Self.given.flatMap(\.flags))
        let expected = Dictionary(uniqueKeysWithValues: Self.given.map { ($0.name, $0.printed) })
        let unlike = ["random-resized-crop": "false", "pad-crop": "0", "pad-mode": "zeros", "flip": "random"]
        #expect(found == expected.merging(unlike) { $1 })
        let padded = try await settings(["--pad-crop", "4", "--pad-mode", "reflect", "--flip", "alternating"])
        #expect([padded["pad-crop"], padded["pad-mode"], padded["flip"]] == ["4", "reflect", "alternating"])
        let usual = try await settings([])
        for (name, _, value) in Self.given where usual[name] == value {
            Issue.record("--\(name) \(value) is the default, which proves nothing")
        }
        #expect(try await settings(["--optimizer", "lars", "--trust-coefficient", "0.25"])["trust-coefficient"] == "0.25")
        #expect(try await settings(["--epochs", "3"])["epochs"] == "3")
        #expect(try await settings(["--scale-jitter", "80,90"])["scale-jitter"] == "[80,90]")
        #expect(try await settings(["--random-resized-crop"])["random-resized-crop"] == "true")
    }

    @Test func whatPyTorchCallsItIsAnotherName() async throws {
        #expect(try await settings(["--optimizer", "sgd"])["optimizer"] == "common")
    }

    /// Commands and files of earlier releases hold.
    @Test func anEarlierNameIsTheSameSetting() async throws {
        #expect(try await settings(["--picture-cache", "64"])["image-cache"] == "64")
        #expect(try await settings(["--shards", "8"])["micro-batches"] == "8")
    }

    /// The run itself names all settings there are.
    @Test func everySettingIsTriedHere() async throws {
        let run = try await CommandRun(["--json", "--steps", "1", "--no-run-folder"] + EveryCommand.small)
        let event = try #require(try run.jsonLines().first { $0["event"] as? String == "configuration" })
        let names = event.keys.filter { $0 != "event" }.map { $0.replacingOccurrences(of: "_", with: "-") }
        #expect(Set(names) == Set(Self.given.map(\.name)).union(Self.others))
    }

    /// What `--help` shows of `train`, in its order.
    private static let shown = [
        "mode", "devices", "cores-per-device", "micro-batches", "model", "classes", "input-size", "batch-size", "device-memory",
        "kernels",
        "precision", "stall-timeout", "data", "coarse-labels", "epochs", "steps", "learning-rate", "learning-rate-schedule",
        "milestones",
        "milestone-factor", "warmup-steps", "momentum", "weight-decay", "optimizer", "beta2", "epsilon",
        "trust-coefficient", "clip-norm", "ema-decay", "decay-biases", "label-smoothing", "dropout", "freeze",
        "initialization", "batch-norm", "seed", "resize", "crop", "random-resized-crop", "scale-jitter", "pad-crop", "pad-mode",
        "mirror", "flip",
        "colour", "cutout", "exif-orientation",
        "input-threads", "image-cache", "evaluate-every", "json", "skip-unreadable", "run", "runs", "run-folder", "save-every",
        "keep", "resume", "allow-changed-data", "init-from", "init-partial", "init-map",
    ]

    @Test(arguments: ["train", "plan-memory"]) func everySettingHasAFlagAndEveryFlagASetting(command: String) async throws {
        let own: Set = ["config", "print-config", "version", "help", "h"]
        let flags = try await HelpDump(of: command).command.arguments.filter { own.isDisjoint(with: $0.texts) }
        let names = flags.compactMap(\.texts.first)
        let positive = names.filter { !$0.hasPrefix("no-") }
        #expect(positive == Self.shown)
        #expect(Set(positive) == Set(Setting.all.map(\.name)))
        #expect(Set(names).isSuperset(of: ["no-crop", "no-run-folder"]) && !names.contains("no-json"))
        for flag in flags {
            let name = try #require(flag.texts.first)
            let setting = try #require(Setting.named(name.hasPrefix("no-") ? String(name.dropFirst(3)) : name))
            #expect(flag.texts.dropFirst().elementsEqual(setting.earlierNames), "\(name)")
            #expect(flag.abstract == setting.help.text && !setting.help.text.isEmpty, "\(name)")
            #expect(flag.discussion ?? "" == setting.help.discussion, "\(name)")
            #expect(flag.valueName == setting.help.valueName ?? name, "\(name)")
        }
    }

    /// Commands that mean something of their own by a setting take its names, and explain it themselves.
    @Test(arguments: [
        ("verify", ["micro-batches", "model", "classes", "input-size", "batch-size", "kernels"]),
        ("predict", ["data", "exif-orientation", "resize", "precision", "kernels", "json"]),
        ("profile", ["data", "skip-unreadable", "json"]),
    ]) func aCommandsOwnFlagsAreSettingsToo(command: String, settings: [String]) async throws {
        let flags = try await HelpDump(of: command).command.arguments
        for name in settings {
            let setting = try #require(Setting.named(name))
            let flag = try #require(flags.first { $0.texts.first == name }, "\(name)")
            #expect(flag.texts == [name] + setting.earlierNames)
            #expect(flag.abstract?.isEmpty == false, "\(name)")
        }
    }

    /// As the network of 2012 is trained, from the command line to the weights: rates that rise and fall, and no decay of biases.
    @Test func theOptimizerOf2012IsRun() async throws {
        func weights(_ optimizer: [String]) async throws -> String {
            let run = try await CommandRun(
                ["--json", "--steps", "6", "--no-run-folder", "--learning-rate", "0.05", "--warmup-steps", "2", "--weight-decay"]
                    + ["0.1", "--devices", "2", "--kernels", "standard"] + optimizer + EveryCommand.small)
            #expect(run.status == 0, "\(run.errors)")
            return try #require(try run.jsonLines().last?["weights_sha256"] as? String)
        }
        let alexnet = try await weights(["--optimizer", "alexnet"])
        #expect(try await weights([]) == weights(["--optimizer", "common"]))
        #expect(try await weights([]) != alexnet)
        #expect(try await weights(["--optimizer", "alexnet"]) == alexnet)
    }
}
