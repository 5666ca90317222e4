import Foundation
import Glibc
import Testing

/// No command dies of a stream that cannot be written to, or says that all is well.
@Suite struct ClosedStreamTests {
    @Test func everyCommandIsTried() async throws {
        #expect(try await EveryCommand.names() == Set(EveryCommand.lines(checkpoint: "").map { $0[0] }))
    }

    /// How standard output fails, and what is said of it where somebody is to be told.
    private enum Output: CaseIterable {
        case pipe, full, closed

        var says: String {
            switch self {
            case .pipe: "nobody reads standard output any more"
            case .full: "standard output cannot be written to (No space left on device)"
            case .closed: "standard output is closed"
            }
        }
    }

    private func run(_ arguments: [String], in folder: String, output: Output) async throws -> (status: Int32, errors: String) {
        let (reading, end) = Child.pipe()
        var closed: Int32 = -1
        let stream: Child.Stream
        switch output {
        case .pipe:
            closed = Child.closedPipe()
            stream = .descriptor(closed)
        case .full: stream = .path("/dev/full")
        case .closed: stream = .closed
        }
        let child = try Child(arguments, in: folder, streams: [.path("/dev/null"), stream, .descriptor(end)], reading: reading)
        close(end)
        if closed >= 0 { close(closed) }
        return (try await child.end(), child.text)
    }

    /// 74, and a sentence, but for a pipe whose reader has what it wanted; a run says also that it was stopped.
    @Test func whatCannotBePrintedEndsWithItsStatus() async throws {
        try await EveryCommand.withCheckpoint { checkpoint, folder in
            let lines = EveryCommand.lines(checkpoint: checkpoint) + EveryCommand.others(checkpoint: checkpoint)
            for arguments in lines {
                // A profile measures the machine first, which takes its time.
                for output in arguments[0] == "profile" ? [.pipe] : Output.allCases {
                    let (status, errors) = try await run(arguments, in: folder, output: output)
                    #expect(status == EX_IOERR, "\(arguments) \(output): \(status)\n\(errors)")
                    let isRun = arguments.contains("--no-run-folder")
                    if output == .pipe && !isRun {
                        #expect(errors == "", "\(arguments) \(errors)")
                    } else {
                        #expect(errors.hasPrefix("partrain: error: \(output.says)"), "\(arguments) \(output): \(errors)")
                        #expect(errors.contains("stopped after step ") == isRun, "\(errors)")
                    }
                }
            }
        }
    }

    /// Nobody hears the warnings, and nothing is read: both are no reason to end.
    @Test func withoutStandardErrorAndInputAllGoesOn() async throws {
        try await EveryCommand.withCheckpoint { checkpoint, folder in
            let lines = EveryCommand.lines(checkpoint: checkpoint).filter { $0[0] != "profile" }
            for arguments in lines + [["--steps", "1", "--run", "b"] + EveryCommand.small] {
                let closed = Child.closedPipe()
                defer { close(closed) }
                let errors: [Child.Stream] =
                    arguments[0] == "train" ? [.closed, .path("/dev/full"), .descriptor(closed)] : [.closed]
                for stream in errors {
                    let child = try Child(arguments, in: folder, streams: [.closed, .path(folder + "/out"), stream])
                    #expect(try await child.end() == 0, "\(arguments)")
                    let text = try String(contentsOfFile: folder + "/out", encoding: .utf8)
                    #expect(text.split(separator: "\n").count > 2, "\(arguments): \(text)")
                }
            }
            // What a run keeps is not what it printed, though the numbers of closed streams were free.
            let resumed = try await CommandRun(["--resume", "runs/b", "--steps", "2"], in: folder)
            #expect(resumed.status == 0, "\(resumed.errors)")
        }
    }

    @Test func withAllStreamsClosedAMistakeKeepsItsStatusAndARunIsSaved() async throws {
        let place = try BadDataFolder()
        let wrong = try Child(["--devices", "0"], in: place.path, streams: [.closed, .closed, .closed])
        #expect(try await wrong.end() == EX_USAGE)
        let run = try Child(
            ["--steps", "9", "--run", "a"] + EveryCommand.small, in: place.path, streams: [.closed, .closed, .closed])
        #expect(try await run.end() == EX_IOERR)
        let resumed = try await CommandRun(["--resume", "runs/a"], in: place.path)
        #expect(resumed.status == 0, "\(resumed.errors)")
    }

    /// Of a file that may not grow, too, an error comes, and no signal.
    @Test func aFileThatMayNotGrowIsAnError() async throws {
        let place = try BadDataFolder()
        let command = "ulimit -f 1; exec \"$0\" program --model alexnet > out"
        let run = try await CommandRun(
            ["sh", "-c", command, CommandRun.program.path], in: place.path, of: URL(fileURLWithPath: "/usr/bin/env"))
        #expect(run.status == EX_IOERR, "\(run.status)")
        #expect(run.errors.contains("File too large"), "\(run.errors)")
    }
}
