import Foundation
import Testing

/// Each command as it is typed for a quick run, so that a test can go over all of them.
enum EveryCommand {
    static let small = ["--model", "lenet5", "--data", "synthetic:classes=4,train=64,val=16", "--batch-size", "8"]
    private static let place = ["--mode", "model", "--model", "lenet5", "--batch-size", "8"]

    /// Commands that print text for people. `predict` needs a checkpoint, of which this is the path.
    static func lines(checkpoint: String) -> [[String]] {
        [
            ["train", "--steps", "12", "--no-run-folder"] + small, ["models"], ["summary"] + place, ["program"] + place,
            ["topology", "--devices", "3"], ["plan-memory", "--steps", "2", "--mode", "model"] + small,
            ["verify", "--steps", "1", "--devices", "1,2,3", "--micro-batches", "4"] + small,
            ["predict", "--init-from", checkpoint], ["evaluate", "--init-from", checkpoint, "--shift-consistency", "1"],
            ["profile", "--steps", "1", "--warm-up", "0"] + place,
        ]
    }

    /// What else they print: for programs, and about themselves.
    static func others(checkpoint: String) -> [[String]] {
        [
            ["train", "--steps", "2", "--no-run-folder", "--json"] + small, ["train", "--print-config"], ["--help"],
            ["train", "--help"], ["--version"], ["--generate-completion-script", "bash"],
            ["plan-memory", "--steps", "2", "--json"] + small, ["predict", "--init-from", checkpoint, "--json"],
            ["evaluate", "--init-from", checkpoint, "--json"],
            ["verify", "--steps", "1", "--devices", "1", "--json"] + small,
        ]
    }

    /// Trains for a step, and gives the checkpoint's path and its folder.
    static func withCheckpoint(_ body: (_ checkpoint: String, _ folder: String) async throws -> Void) async throws {
        let place = try BadDataFolder()
        let run = try await CommandRun(["--steps", "1", "--run", "a"] + small, in: place.path)
        try #require(run.status == 0, "\(run.errors)")
        try await body(place.path + "/runs/a/checkpoints/step-00000001.safetensors", place.path)
    }

    /// The names of all commands, as the program itself has them.
    static func names() async throws -> Set<String> {
        let run = try await CommandRun(["--experimental-dump-help"])
        let help = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
        let commands = try #require((help?["command"] as? [String: Any])?["subcommands"] as? [[String: Any]])
        return Set(commands.compactMap { $0["commandName"] as? String }).subtracting(["help"])
    }
}
