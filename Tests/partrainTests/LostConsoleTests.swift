import Foundation
import Glibc
import Testing

/// A run outlives its console: it is saved, ends with the status that is documented, and goes on from there.
@Suite struct LostConsoleTests {
    private let long = ["--steps", "1000000", "--run", "a", "--save-every", "0", "--evaluate-every", "0"] + EveryCommand.small

    /// Goes on for two steps with the run that was left.
    private func expectSaved(in folder: String, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let log = try String(contentsOfFile: folder + "/runs/a/log.txt", encoding: .utf8)
        #expect(log.contains("--resume runs/a"), "\(log)", sourceLocation: sourceLocation)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/runs/a/checkpoints")
        let steps = names.compactMap { Int($0.dropFirst(5).prefix { $0.isNumber }) }
        let step = try #require(steps.max(), "nothing is saved", sourceLocation: sourceLocation)
        #expect(step > 0, sourceLocation: sourceLocation)
        let resumed = try await CommandRun(["--resume", "runs/a", "--steps", "\(step + 2)"], in: folder)
        #expect(
            resumed.status == 0 && resumed.output.contains("resumed"), "\(resumed.errors)",
            sourceLocation: sourceLocation)
    }

    /// `partrain … | head`, whose reader goes after some lines.
    @Test(arguments: [[], ["--json"]]) func aReaderThatGoesAway(flags: [String]) async throws {
        let place = try BadDataFolder()
        let (reading, end) = Child.pipe()
        let child = try Child(
            long + flags, in: place.path, streams: [.path("/dev/null"), .descriptor(end), .path(place.path + "/errors")],
            reading: reading)
        close(end)
        try await child.wait { $0.contains(flags.isEmpty ? "images/s" : "\"step\":100,") || $0.split(separator: "\n").count > 90 }
        child.closeReading()
        #expect(try await child.end() == EX_IOERR)
        let errors = try String(contentsOfFile: place.path + "/errors", encoding: .utf8)
        for text in ["nobody reads standard output", "stopped after step", "saved in runs/a/", "--resume runs/a"] {
            #expect(errors.contains(text), "\(errors)")
        }
        try await expectSaved(in: place.path)
    }

    /// The window is closed: the kernel sends SIGHUP, the shell and its exit send it again, and nothing can be printed any more.
    @Test(arguments: [[], ["--json"]]) func aTerminalThatGoesAway(flags: [String]) async throws {
        let place = try BadDataFolder()
        let terminal = Terminal(columns: 80)
        let child = try Child(long + flags, in: place.path, terminal: terminal.path, reading: terminal.person)
        // The progress line's own words: the head of the epochs' table stands there before the first step.
        try await child.wait { $0.contains(" left") || $0.contains("\"event\":\"progress\"") }
        child.closeReading()
        for _ in 0..<3 { child.send(SIGHUP) }
        #expect(try await child.end() == 128 + SIGHUP)
        try await expectSaved(in: place.path)
    }

    /// `timeout` and service managers signal twice at once, and mean one end.
    @Test(arguments: [[SIGTERM, SIGTERM], [SIGTERM, SIGHUP], [SIGINT, SIGINT, SIGHUP]])
    func aSignalThatComesTwice(signals: [Int32]) async throws {
        let place = try BadDataFolder()
        let terminal = Terminal(columns: 60)
        let child = try Child(long, in: place.path, terminal: terminal.path, reading: terminal.person)
        try await child.wait { $0.contains("━") }
        for signal in signals { child.send(signal) }
        #expect(try await child.end() == 128 + signals[0])
        #expect(child.text.contains("stopped after step"), "\(child.text)")
        try await expectSaved(in: place.path)
    }

    /// `F_SETPIPE_SZ`, which the header declares for GNU sources only.
    private let sizeOfPipe: Int32 = 1031

    /// A reader that stands still holds a run up, as it does any program; but not its end.
    @Test func aReaderThatStandsStill() async throws {
        let place = try BadDataFolder()
        let (reading, end) = Child.pipe()
        defer { close(reading) }
        _ = fcntl(reading, sizeOfPipe, 4096)
        let child = try Child(
            long + ["--json"], in: place.path, streams: [.path("/dev/null"), .descriptor(end), .path("/dev/null")])
        close(end)
        var waiting: Int32 = 0
        try await child.wait { _ in ioctl(reading, UInt(FIONREAD), &waiting) == 0 && waiting > 0 }
        child.send(SIGTERM)
        #expect(try await child.end() == 128 + SIGTERM)
        #expect(FileManager.default.fileExists(atPath: place.path + "/runs/a/checkpoints"))
    }
}
