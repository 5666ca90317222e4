import Foundation
import Glibc
import Testing

/// Everything that is printed fits the terminal it is printed to.
@Suite struct TerminalFitTests {
    private func run(
        _ arguments: [String], columns: Int, in folder: String, environment: [String: String] = [:]
    ) async throws -> (status: Int32, text: String) {
        let terminal = Terminal(columns: columns)
        let child = try Child(
            arguments, in: folder, terminal: terminal.path, reading: terminal.person, environment: environment)
        return (try await child.end(), child.text)
    }

    private func expectFits(
        _ text: String, _ columns: Int, _ what: [String], sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(!text.isEmpty, "\(what)", sourceLocation: sourceLocation)
        for line in Terminal.lines(text) where Terminal.columns(line) > columns {
            Issue.record("\(what) at \(columns):\n\(line)", sourceLocation: sourceLocation)
        }
    }

    @Test(arguments: [60, 80, 120]) func everyCommandFits(columns: Int) async throws {
        try await EveryCommand.withCheckpoint { checkpoint, folder in
            var lines = EveryCommand.lines(checkpoint: checkpoint).filter { $0[0] != "profile" }
            lines += ["alexnet", "alexnet-torchvision"].map { ["summary", "--mode", "hybrid", "--devices", "4", "--model", $0] }
            lines += [
                ["program", "--mode", "model", "--model", "alexnet", "--micro-batches", "4"], ["train", "--help"], ["--version"],
            ]
            lines += [
                ["topology", "--devices", "40"], ["plan-memory", "--mode", "model", "--devices", "8"] + EveryCommand.small,
            ]
            for arguments in lines {
                let (status, text) = try await run(arguments, columns: columns, in: folder)
                #expect(status == 0, "\(arguments): \(text)")
                expectFits(text, columns, arguments)
            }
        }
    }

    @Test(arguments: [(60, ["--by", "operation", "--alone"]), (60, ["--by", "layer"]), (80, ["--by", "operation"])])
    func aProfileFits(columns: Int, how: [String]) async throws {
        let place = try BadDataFolder()
        let profile = ["profile", "--model", "lenet5", "--batch-size", "8", "--steps", "1", "--mode", "data", "--devices", "2"]
        let (status, text) = try await run(profile + how, columns: columns, in: place.path)
        #expect(status == 0, "\(text)")
        expectFits(text, columns, how)
        #expect(text.contains("(no room for ") && text.contains("of roof"))
    }

    /// Words that are longer than a line stay whole in messages: a path is to be copied.
    @Test(arguments: [
        ["--devices", "0"], ["--model", "alexnt"], ["--data", "/nowhere/data"],
        ["--mode", "data", "--devices", "4", "--batch-size", "3"],
        ["--config", "/nowhere/run.yaml"], ["--epoch", "1"], ["--steps", "20", "--learning-rate", "1e30"] + EveryCommand.small,
        ["predict", "--init-from", "/nowhere/a/long/path/that/is/wider/than/the/whole/terminal/is/step-00000001.safetensors"],
        ["--device-memory", "256KiB"] + EveryCommand.small, ["topology", "--cores-per-device", "100000"],
    ])
    func everyMessageFits(arguments: [String]) async throws {
        let place = try BadDataFolder()
        let (status, text) = try await run(arguments, columns: 60, in: place.path)
        #expect(status != 0)
        #expect(text.contains("partrain: error:"))
        for line in Terminal.lines(text) where line.split(separator: " ").count > 1 { expectFits(line + " ", 61, arguments) }
    }

    /// Names of any script and length, and such as would move the cursor.
    @Test(arguments: [60, 120]) func namesFit(columns: Int) async throws {
        let place = try BadDataFolder()
        let classes = [
            "猫と犬とうさぎと亀と鶴と猿とかにと桃の実と鬼と雉", "한국어로 쓴 아주 긴 이름의 분류",
            "a long name that goes on and on, and does not end before sixty columns",
        ]
        for name in classes {
            for (split, count) in [("train", 4), ("val", 2)] {
                for number in 0..<count {
                    try place.write("写真のデータ/\(split)/\(name)/絵\(number).jpg", BadDataFolder.jpeg(shade: UInt8(number * 9)))
                }
            }
        }
        let training = [
            "--data", "写真のデータ", "--model", "alexnet-small", "--batch-size", "4", "--steps", "1", "--run", "走る走る走る走る走る走る走る",
        ]
        let trained = try await run(training, columns: columns, in: place.path)
        #expect(trained.status == 0, "\(trained.text)")
        expectFits(trained.text, columns, training)
        let checkpoint = "runs/走る走る走る走る走る走る走る/checkpoints/step-00000001.safetensors"
        let predicted = try await run(["predict", "--init-from", checkpoint], columns: columns, in: place.path)
        #expect(predicted.status == 0, "\(predicted.text)")
        expectFits(predicted.text, columns, ["predict"])
        #expect(predicted.text.contains("猫と犬"))
        let missing = try await run(["--data", "no\u{1B}[2Jwhere\n"], columns: columns, in: place.path)
        #expect(
            missing.status == 66 && !missing.text.contains("\u{1B}") && missing.text.contains("\\x1B[2J"), "\(missing.text)")
    }

    /// The first screen has all that is told before the first step; what is wider than the terminal is named.
    @Test func theOpeningIsOneScreen() async throws {
        let place = try BadDataFolder()
        let arguments = ["--mode", "model", "--model", "alexnet-small", "--steps", "3", "--data", "synthetic:train=64,val=16"]
        let (status, text) = try await run(arguments + ["--batch-size", "8"], columns: 80, in: place.path)
        #expect(status == 0, "\(text)")
        let lines = Terminal.lines(text)
        let first = try #require(lines.firstIndex { $0.contains("images/s") })
        #expect(first < 24, "\(lines[...first].joined(separator: "\n"))")
        #expect(lines[0].hasPrefix("network ") && lines[3].hasPrefix("data "))
        #expect(lines[1].hasPrefix("    ") && lines[2].contains("partrain summary"))
        #expect(!text.contains("warm-\r\n") && text.contains("`partrain topology` draws it"))
    }

    @Test func withoutATerminalNothingIsLeftOut() async throws {
        for (arguments, wanted) in [
            (["summary", "--mode", "model"], ["+ gradient", "memory", "output", "placement"]),
            (["program", "--mode", "model"], ["result", "received", "bytes in"]),
            (
                ["verify", "--steps", "1", "--devices", "2", "--micro-batches", "4"] + EveryCommand.small,
                ["exchanges", "replicas", "one device's"]
            ),
            (
                ["--steps", "2", "--no-run-folder", "--mode", "model"] + EveryCommand.small,
                ["package 0", "placement", "images/s"]
            ),
        ] {
            let run = try await CommandRun(arguments)
            #expect(run.status == 0 && !run.output.contains("no room"), "\(run.output)")
            for text in wanted { #expect(run.output.contains(text), "\(text) is missing in:\n\(run.output)") }
            #expect(!run.output.contains("\u{1B}"))
        }
        // As `ls` does it: a width that is asked for holds in a pipe, too.
        let asked = try await CommandRun(["summary", "--mode", "model"], environment: ["COLUMNS": "60"])
        expectFits(asked.output.split(separator: "\n").joined(separator: "\r\n"), 60, ["COLUMNS"])
        #expect(asked.output.contains("(no room for "))
    }

    /// The progress goes with the window, and a terminal that cannot rewrite a line is not asked to.
    @Test func theProgressFollowsTheWindow() async throws {
        let place = try BadDataFolder()
        let terminal = Terminal(columns: 120)
        let arguments = ["--steps", "1000000", "--no-run-folder", "--evaluate-every", "0"] + EveryCommand.small
        let child = try Child(arguments, in: place.path, terminal: terminal.path, reading: terminal.person)
        func progress(_ text: String) -> [String] { Terminal.lines(text).filter { $0.contains("━") || $0.contains("─  ") } }
        try await child.wait { progress($0).count > 3 }
        #expect(progress(child.text).dropLast().contains { Terminal.columns($0) > 70 })
        terminal.resize(columns: 40)
        // What was printed before may still be on its way.
        try await child.wait { progress($0).last.map { Terminal.columns($0) < 40 } ?? false }
        let first = progress(child.text).count
        try await child.wait { progress($0).count > first + 5 }
        child.send(SIGINT)
        #expect(try await child.end() == 128 + SIGINT)
        for line in progress(child.text).dropFirst(first) { #expect(Terminal.columns(line) < 40, "\(line)") }
    }

    @Test(arguments: [["TERM": "dumb"], ["TERM": ""], ["NO_COLOR": "1"]]) func aTerminalThatCannotRewrite(
        environment: [String: String]
    ) async throws {
        let place = try BadDataFolder()
        let arguments = ["--steps", "20", "--no-run-folder"] + EveryCommand.small
        let (status, text) = try await run(arguments, columns: 70, in: place.path, environment: environment)
        #expect(status == 0)
        expectFits(text, 70, arguments)
        // Colours there are none.
        #expect(!text.contains("\u{1B}[3") && !text.contains("\u{1B}[0"))
        if environment["TERM"] != nil { #expect(!text.contains("\u{1B}") && text.contains("images/s")) }
    }
}
