import Foundation
import Testing

/// The program itself, with numbers that no run can have: ended in time, with a sentence and the status of bad usage.
@Suite struct ExtremeNumbersCommandTests {
    /// Runs the program for at most twenty seconds; then it is killed, and its status is that of the `timeout` command.
    private func run(_ arguments: [String], in place: String? = nil) async throws -> CommandRun {
        try await CommandRun(
            ["-s", "KILL", "20", CommandRun.program.path] + arguments, in: place, of: URL(fileURLWithPath: "/usr/bin/timeout"))
    }

    @Test(arguments: [
        ["--steps", "9223372036854775807"], ["--epochs", "9223372036854775807"],
        ["--devices", "9223372036854775807", "--cores-per-device", "2"], ["--batch-size", "1000000000000000"],
        ["--classes", "9223372036854775807"], ["--seed", "-1"], ["--learning-rate", "-1e308"], ["--momentum", "nan"],
        ["--device-memory", "99999999999TiB"], ["--data", "synthetic:train=9223372036854775807"],
        ["summary", "--mode", "model", "--devices", "2305843009213693951"],
        ["summary", "--devices", "1024", "--cores-per-device", "4096"],
        ["topology", "--devices", "9223372036854775807"], ["program", "--device", "-1"],
        ["program", "--device", "9223372036854775807", "--devices", "2"], ["plan-memory", "--batch-size", "9223372036854775807"],
        ["plan-memory", "--micro-batches", "-9223372036854775808"], ["verify", "--steps", "1000000000"],
        ["verify", "--devices", "9223372036854775807"],
        ["profile", "--steps", "9223372036854775807"], ["profile", "--warm-up", "-1"],
        ["predict", "--init-from", "x", "--top", "-9223372036854775808"],
        ["predict", "--init-from", "x", "--batch-size", "9223372036854775807"],
    ])
    func aNumberBeyondTheBoundsIsBadUsage(arguments: [String]) async throws {
        let run = try await run(arguments)
        #expect(run.status == 64 || (arguments[0] == "predict" && run.status == 66), "\(arguments): \(run.status) \(run.errors)")
        #expect(run.errors.hasPrefix("partrain: error: "), "\(run.errors)")
        #expect(!run.errors.contains("Missing value"), "\(run.errors)")
    }

    @Test func theLargestSizesEnd() async throws {
        for arguments in [
            ["summary", "--mode", "single", "--model", "alexnet", "--batch-size", "1048576", "--classes", "1048576"],
            ["summary", "--mode", "model", "--devices", "1021", "--model", "alexnet"], ["topology", "--devices", "1024"],
            ["--print-config", "--epochs", "1000000000000"],
        ] {
            let run = try await run(arguments)
            #expect(run.status == 0 || run.status == 64, "\(arguments): \(run.status) \(run.errors)")
        }
    }

    @Test func epochsToComeCostAStepNothing() async throws {
        let run = try await run([
            "--model", "lenet5", "--data", "synthetic:classes=2,train=8,val=8", "--batch-size", "4", "--devices", "1",
            "--kernels", "standard",
            "--no-run-folder", "--json", "--epochs", "1000000000000", "--learning-rate", "1e37",
        ])
        // The rate makes the run diverge at once; counting a million million epochs in its first step would take minutes.
        #expect(run.status == 70, "\(run.status) \(run.errors)")
        #expect(run.output.contains("\"event\":\"progress\"") || run.errors.contains("learning-rate"), "\(run.errors)")
    }

    @Test func aNegativeNumberReachesItsOption() async throws {
        let run = try await run(["--seed", "-1", "--print-config"])
        #expect(run.status == 64)
        #expect(run.errors.contains("--seed -1 is not possible"), "\(run.errors)")
    }
}
