import Foundation
import Glibc
import Testing

/// Every exit status that the help promises, as a number and from the program itself: scripts compare numbers.
@Suite struct ExitStatusTests {
    private let quick = ["--steps", "2", "--no-run-folder"] + EveryCommand.small
    private let long =
        ["--steps", "1000000", "--run", "a", "--save-every", "0", "--evaluate-every", "0", "--json"] + EveryCommand.small

    @Test func theHelpNamesThem() async throws {
        let help = try await CommandRun(["--help"])
        let words = help.output.split { $0.isWhitespace }.joined(separator: " ")
        #expect(
            words.contains(
                "0 done, 64 usage, 65 bad data, 66 missing input, 70 failure, 71 no memory, 74 cannot write, "
                    + "75 in use by another process; 129, 130 and 143 stopped by SIGHUP"), "\(words)")
    }

    @Test func whatEndsByItself() async throws {
        let place = try BadDataFolder()
        try place.write("bad.yaml", Array("epochs: many\n".utf8))
        for (status, arguments) in [
            (0, ["models"]), (0, quick),
            (1, ["verify", "--steps", "1", "--devices", "2", "--inject-error"] + EveryCommand.small),
            (64, ["--devices", "0"]), (64, ["--wrong"]), (65, ["--config", "bad.yaml"]), (66, ["--data", "nowhere"]),
            (66, ["--config", "nowhere.yaml"]),
            (70, ["--learning-rate", "1e30", "--steps", "20", "--no-run-folder"] + EveryCommand.small),
            (71, ["--device-memory", "256KiB"] + quick),
            // More bytes than any machine has.
            (
                71,
                [
                    "--model", "alexnet", "--batch-size", "1000000", "--data", "synthetic:classes=16,train=5000000,val=16",
                    "--mode",
                    "single", "--kernels", "standard", "--steps", "1", "--evaluate-every", "0", "--no-run-folder",
                ]
            ),
            (
                74,
                [
                    "predict", "--init-from", "known.safetensors", "--model", "lenet5", "--data",
                    "synthetic:classes=10,train=16,val=10",
                    "--output", "nowhere/out.csv",
                ]
            ),
        ] as [(Int32, [String])] {
            try KnownNetwork(classes: 10).write(to: place.path + "/known.safetensors")
            let run = try await CommandRun(arguments, in: place.path)
            #expect(run.status == status, "\(arguments): \(run.errors)")
            #expect(run.errors.contains("partrain: error: ") == (status != 0), "\(arguments): \(run.errors)")
        }
    }

    /// Standard output that nobody reads, that is full, and that is closed.
    @Test(arguments: [["models"], ["--steps", "2", "--no-run-folder"] + EveryCommand.small]) func whatCannotBePrinted(
        arguments: [String]
    ) async throws {
        let place = try BadDataFolder()
        let closed = Child.closedPipe()
        defer { close(closed) }
        for output in [.descriptor(closed), .path("/dev/full"), .closed] as [Child.Stream] {
            let child = try Child(
                arguments, in: place.path, streams: [.path("/dev/null"), output, .path(place.path + "/errors")])
            #expect(try await child.end() == 74, "\(arguments) \(output)")
        }
    }

    /// A run that trains for as long as the test needs it.
    private func running(_ arguments: [String], in place: BadDataFolder) async throws -> Child {
        let (reading, end) = Child.pipe()
        defer { close(end) }
        let child = try Child(
            arguments, in: place.path, streams: [.path("/dev/null"), .descriptor(end), .path(place.path + "/errors")],
            reading: reading)
        try await child.wait { $0.contains(#""event":"progress""#) }
        return child
    }

    /// Numbers as a shell counts them: 128 and the signal's.
    @Test(arguments: [(SIGHUP, 129), (SIGINT, 130), (SIGTERM, 143)] as [(Int32, Int32)])
    func whatIsStopped(signal: Int32, status: Int32) async throws {
        let place = try BadDataFolder()
        let child = try await running(long, in: place)
        child.send(signal)
        #expect(try await child.end() == status)
        let errors = try String(contentsOfFile: place.path + "/errors", encoding: .utf8)
        #expect(errors.contains("stopped after step ") && errors.contains("--resume runs/a"), "\(errors)")
    }

    @Test func aRunThatIsInUse() async throws {
        let place = try BadDataFolder()
        let begun = try await CommandRun(["--steps", "1", "--run", "a"] + EveryCommand.small, in: place.path)
        try #require(begun.status == 0, "\(begun.errors)")
        let child = try await running(
            ["--resume", "runs/a", "--steps", "1000000", "--save-every", "0", "--evaluate-every", "0", "--json"], in: place)
        let second = try await CommandRun(["--resume", "runs/a"], in: place.path)
        #expect(second.status == 75 && second.errors.contains("runs/a is in use by"), "\(second.status) \(second.errors)")
        child.send(SIGTERM)
        #expect(try await child.end() == 143)
    }
}
