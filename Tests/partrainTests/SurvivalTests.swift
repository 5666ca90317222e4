import Foundation
import Testing

/// A small portion of what `Scripts/kill-test` and `Scripts/term-test` do to the program, by those scripts themselves.
@Suite(.serialized) struct SurvivalTests {
    @Test(.enabled(if: Script.hasPython, "the scripts need Python 3, which is not on the path"))
    func killsAndRefusedWrites() async throws {
        let run = try await Script("kill-test", ["--random", "3", "--stride", "100", "--seed", "1"])
        #expect(run.status == 0, "\(run.output)")
        for mode in ["data", "model"] { #expect(run.output.contains("\(mode): 3 random kills survived")) }
    }

    @Test(.enabled(if: Script.hasPython, "the scripts need Python 3, which is not on the path"))
    func signals() async throws {
        let run = try await Script("term-test", ["--random", "8", "--seed", "1"])
        #expect(run.status == 0, "\(run.output)")
    }
}

/// A script of this repository, run on the program that was built.
struct Script {
    let status: Int32
    let output: String

    init(_ name: String, _ arguments: [String]) async throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let run = try await CommandRun(
            ["python3", root.appendingPathComponent("Scripts/\(name)").path] + arguments + [
                "--program", CommandRun.program.path,
            ],
            of: URL(fileURLWithPath: "/usr/bin/env"))
        status = run.status
        output = run.output + run.errors
    }

    static let hasPython = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        .contains { FileManager.default.isExecutableFile(atPath: $0 + "/python3") }
}
