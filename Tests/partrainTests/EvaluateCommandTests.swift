import Foundation
import Testing

/// `evaluate` as it is typed, and weights that belong to another network wherever weights are given.
@Suite struct EvaluateCommandTests {
    @Test func itSaysHowGoodWeightsAre() async throws {
        try await EveryCommand.withCheckpoint { checkpoint, folder in
            let arguments = ["evaluate", "--init-from", checkpoint, "--crops", "mirrored", "--shift-consistency", "2"]
            let text = try await CommandRun(arguments, in: folder)
            #expect(text.status == 0, "\(text.errors)")
            let lines = text.output.split(separator: "\n").map(String.init)
            #expect(
                lines[0] == "images      16 of synthetic (4 classes, easy), 2 views of each"
                    || lines[0].contains("2 views of each"))
            #expect(lines[1] == "weights     \(checkpoint)")
            #expect(lines[2].hasPrefix("validation  loss ") && lines[2].contains("top-1") && lines[2].contains("±"))
            #expect(lines[3].hasPrefix("shifted     ") && lines[3].contains("2 pairs of each image"))
            let printed = try await CommandRun(arguments + ["--json"], in: folder)
            let json = try #require(try printed.jsonLines().first)
            #expect(json["event"] as? String == "evaluation" && json["images"] as? Int == 16 && json["views"] as? Int == 2)
            #expect(json["shift_pairs"] as? Int == 2 && json["shift_consistency"] is Double && json["top5"] is NSNull)
            #expect((json["members"] as? [[String: Any]])?.count == 1)
        }
    }

    /// An ensemble of a network and itself after another step: both are told of, and what they say together.
    @Test func severalAreToldOfOneByOne() async throws {
        try await EveryCommand.withCheckpoint { checkpoint, folder in
            let more = try await CommandRun(["--steps", "1", "--seed", "7", "--run", "b"] + EveryCommand.small, in: folder)
            #expect(more.status == 0, "\(more.errors)")
            let other = folder + "/runs/b/checkpoints/step-00000001.safetensors"
            let run = try await CommandRun(["evaluate", "--init-from", checkpoint, other], in: folder)
            #expect(run.status == 0, "\(run.errors)")
            let lines = run.output.split(separator: "\n").map(String.init)
            #expect(lines[1].hasPrefix("weights     \(checkpoint): loss ") && lines[2].hasPrefix("weights     \(other): loss "))
            #expect(lines[3].hasPrefix("together    loss "))
        }
    }

    /// The message names what is wrong, in names and shapes, and nothing is made.
    @Test func weightsOfAnotherNetworkAreRefusedEverywhere() async throws {
        try await EveryCommand.withCheckpoint { checkpoint, folder in
            let data = ["--data", "synthetic:classes=4,train=64,val=16"]
            for command in [
                ["predict", "--init-from", checkpoint, "--model", "alexnet-small"] + data,
                ["evaluate", "--init-from", checkpoint, "--model", "alexnet-small"] + data,
                ["train", "--steps", "1", "--init-from", checkpoint, "--model", "alexnet-small", "--run", "c"] + data,
                ["train", "--steps", "1", "--init-from", checkpoint, "--model", "vgg11-small", "--init-partial", "--run", "c"]
                    + data,
            ] {
                let run = try await CommandRun(command, in: folder)
                #expect(run.status == 65, "\(command): \(run.status)")
                #expect(run.errors.contains("do not fit") && run.errors.contains("missing: "), "\(run.errors)")
                #expect(
                    run.errors.contains("not in the network: conv1.weight 6")
                        || run.errors.contains("of another shape: conv1.weight"))
            }
            #expect(!FileManager.default.fileExists(atPath: folder + "/runs/c"))
            // A run that goes on has the network it began with.
            let resumed = try await CommandRun(["--resume", "runs/a", "--model", "alexnet-small"], in: folder)
            #expect(
                resumed.status != 0 && resumed.errors.contains("--model alexnet-small differs from \"lenet5\""),
                "\(resumed.errors)")
        }
    }

    @Test(arguments: [
        (["--scales", "x"], "--scales x is not possible"), (["--shift-consistency", "1001"], "--shift-consistency 1001"),
        (["--crops", "twelve"], "twelve"), (["--scales", "30", "--resize", "30"], "give one of them"),
        (["--crops", "five"], "crops of corners have no room"), (["--scales", "27"], "leaves less of an image"),
        (["--data", "/nowhere"], "/nowhere"),
    ]) func badRequestsAreRefused(arguments: [String], part: String) async throws {
        try await EveryCommand.withCheckpoint { checkpoint, folder in
            let size = arguments == ["--crops", "five"] ? ["--resize", "28"] : []
            let run = try await CommandRun(["evaluate", "--init-from", checkpoint] + arguments + size, in: folder)
            #expect(run.status == 64 || run.status == 66, "\(run.status)")
            #expect(run.errors.contains(part) && run.output.isEmpty, "\(run.errors)")
        }
    }
}
