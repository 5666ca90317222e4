import Checkpoints
import Testing

@Suite struct MetricsLogTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func log(through step: Int, _ columns: [String] = ["loss", "a, \"b\""]) throws -> MetricsLog {
        try MetricsLog(folder: folder.path, columns: columns, keepingThrough: step)
    }

    @Test func writesTheSameRowsInBothForms() throws {
        let log = try log(through: 0)
        try log.append(step: 1, [.number(0.5), .text("plain")])
        try log.append(step: 2, [.number(.nan), .text("a \"quoted\", one\r")])
        try log.append(step: 3, [.none, .integer(-7)])
        try log.flush()
        #expect(
            try folder.text(of: "metrics.jsonl") == """
                {"step":1,"loss":0.5,"a, \\"b\\"":"plain"}
                {"step":2,"loss":"NaN","a, \\"b\\"":"a \\"quoted\\", one\\r"}
                {"step":3,"loss":null,"a, \\"b\\"":-7}

                """)
        #expect(
            try folder.text(of: "metrics.csv")
                == "step,loss,\"a, \"\"b\"\"\"\n1,0.5,plain\n2,NaN,\"a \"\"quoted\"\", one\r\"\n3,,-7\n")
    }

    /// Interrupted anywhere after the checkpoint of step 2 and resumed from it, the files are those of a run that was not.
    @Test func aResumedRunEndsWithTheRowsOfAnUndisturbedOne() throws {
        func row(_ step: Int, _ log: MetricsLog) throws { try log.append(step: step, [.number(1 / Double(step)), .text("x")]) }
        let undisturbed = try log(through: 0)
        for step in [1, 2, 2, 3, 4] { try row(step, undisturbed) }
        let json = try folder.bytes(of: "metrics.jsonl")
        let csv = try folder.bytes(of: "metrics.csv")
        let safe = (json: try #require(json.place(afterLine: 3)), csv: try #require(csv.place(afterLine: 4)))
        for cut in 0...max(json.count - safe.json, csv.count - safe.csv) {
            try folder.write("metrics.jsonl", json.prefix(safe.json + cut))
            // The two files need not have come equally far.
            try folder.write("metrics.csv", csv.dropLast(min(cut, csv.count - safe.csv)))
            let resumed = try log(through: 2)
            for step in [3, 4] { try row(step, resumed) }
            #expect(try folder.bytes(of: "metrics.jsonl") == json)
            #expect(try folder.bytes(of: "metrics.csv") == csv)
        }
    }

    /// What a power failure leaves of blocks that were not flushed, and lines of something else.
    @Test(arguments: ["\0\0\0", "", "x", "{\"loss\":3}", "{\"step\":x}"]) func whatIsNoRowEndsTheFile(line: String) throws {
        let log = try log(through: 0)
        try log.append(step: 1, [.none, .none])
        for name in ["metrics.jsonl", "metrics.csv"] {
            let whole = try folder.bytes(of: name)
            try folder.write(name, whole + Array((line + "\n").utf8) + whole)
            _ = try self.log(through: 5)
            #expect(try folder.bytes(of: name) == whole, "\(name)")
        }
    }

    @Test func aRowMayHaveItsStepAlone() throws {
        for step in [1, 2] { try log(through: step - 1, []).append(step: step, []) }
        #expect(try folder.text(of: "metrics.jsonl") == "{\"step\":1}\n{\"step\":2}\n")
        #expect(try folder.text(of: "metrics.csv") == "step\n1\n2\n")
    }

    @Test func bothFilesAreFlushed() throws {
        let files = FaultyFiles()
        let log = try MetricsLog(folder: folder.path, columns: [], keepingThrough: 0, files: files)
        try log.append(step: 1, [])
        let before = files.history.count
        try log.flush()
        #expect(
            files.history.dropFirst(before).map(\.description)
                == ["flush \(folder["metrics.jsonl"])", "flush \(folder["metrics.csv"])"])
    }

    @Test func otherColumnsAreAnError() throws {
        try log(through: 0, ["loss"]).append(step: 1, [.none])
        expectError(.usage, naming: "metrics.csv", "other columns", "move it elsewhere") {
            _ = try log(through: 1, ["loss", "accuracy"])
        }
    }
}

extension [UInt8] {
    /// Where the line after the first `count` begins.
    fileprivate func place(afterLine count: Int) -> Int? {
        indices.filter { self[$0] == 0x0A }.dropFirst(count - 1).first.map { $0 + 1 }
    }
}
