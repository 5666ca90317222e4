import Foundation
import Testing

/// A small portion of what `Scripts/kill-test` and `Scripts/term-test` do to the program, by those scripts themselves.
@Suite(.serialized) struct SurvivalTests {
    @Test(.enabled(if: Script.hasPython, "the scripts need Python 3, which is not on the path"))
    func killsAndRefusedWrites() async throws {
        let run = try await Script("kill-test", ["--random", "3", "--stride", "100", "--seed", "1"])
        #expect(run.status == 0, "\(run.output)")
        for mode in ["data", "model"] {
            #expect(run.output.contains("\(mode): 3 random kills survived"))
            // At least one at each kind of moment and of refusal.
            for (what, kinds) in [
                ("kills at operations on files", ["kill-before", "kill-during", "kill-after"]),
                ("refused operations", ["ENOSPC", "half-ENOSPC", "EACCES"]),
            ] {
                let line = try #require(run.output.split(separator: "\n").first { $0.hasPrefix("\(mode): \(what) survived: ") })
                for kind in kinds {
                    let some = try Regex("[1-9][0-9]* \(kind)")
                    #expect(line.contains(some), "\(line)")
                }
            }
        }
    }

    @Test(.enabled(if: Script.hasPython, "the scripts need Python 3, which is not on the path"))
    func signals() async throws {
        let run = try await Script("term-test", ["--random", "6", "--seed", "1"])
        #expect(run.status == 0, "\(run.output)")
        for mode in ["data", "model"] {
            let line = try #require(run.output.split(separator: "\n").first { $0.hasPrefix("\(mode): ") })
            for signal in ["SIGHUP", "SIGINT", "SIGTERM"] {
                let several = try Regex("[2-9] \(signal)")
                #expect(line.contains(several), "\(line)")
            }
        }
    }

    /// A program that is deaf to a signal does not pass: the scripts' own promise.
    @Test(
        .enabled(if: Script.hasPython, "the scripts need Python 3, which is not on the path"), arguments: ["HUP", "INT", "TERM"])
    func aProgramThatIsDeafToASignalIsFound(signal: String) async throws {
        let place = try BadDataFolder()
        let deaf = place.path + "/deaf"
        try place.write("deaf", Array("#!/bin/sh\ntrap '' \(signal)\nexec '\(CommandRun.program.path)' \"$@\"\n".utf8))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: deaf)
        let run = try await Script("term-test", ["--random", "1", "--seed", "1", "--modes", "data"], program: deaf)
        #expect(run.status == 1, "\(run.output)")
        #expect(run.output.contains("were heard"), "\(run.output)")
    }

    /// Nor does one that begins again from its first step where it could go on.
    @Test(.enabled(if: Script.hasPython, "the scripts need Python 3, which is not on the path"))
    func aProgramThatBeginsAgainIsFound() async throws {
        let place = try BadDataFolder()
        let forgetful = place.path + "/forgetful"
        // Whoever is asked to go on, as `--resume auto --run NAME --json`, does it all again: the result is the same.
        let script = """
            #!/bin/sh
            if [ "$1" = --resume ] && [ -d "runs/$4/checkpoints" ]; then
                mv "runs/$4/configuration.yaml" "again-$4.yaml"
                rm -rf "runs/$4"
                exec '\(CommandRun.program.path)' --config "again-$4.yaml" --run "$4" --json
            fi
            exec '\(CommandRun.program.path)' "$@"

            """
        try place.write("forgetful", Array(script.utf8))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: forgetful)
        let run = try await Script(
            "kill-test", ["--random", "12", "--seed", "1", "--stride", "100", "--modes", "data"], program: forgetful)
        #expect(run.status == 1 && run.output.contains("begins at step 0"), "\(run.output)")
    }
}

/// A script of this repository, run on the program that was built.
struct Script {
    let status: Int32
    let output: String

    /// - Parameter program: the one to be tested, where it is not that which was built.
    init(_ name: String, _ arguments: [String], program: String = CommandRun.program.path) async throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let run = try await CommandRun(
            ["python3", root.appendingPathComponent("Scripts/\(name)").path] + arguments + [
                "--program", program,
            ],
            of: URL(fileURLWithPath: "/usr/bin/env"))
        status = run.status
        output = run.output + run.errors
    }

    static let hasPython = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .contains { FileManager.default.isExecutableFile(atPath: $0 + "/python3") }
}
