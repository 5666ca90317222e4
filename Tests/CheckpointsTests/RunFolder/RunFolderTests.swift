import Checkpoints
import Glibc
import Testing

@Suite struct RunFolderTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func holdsAllOfARun() throws {
        let run = try RunFolder.create(folder["runs/a/my run/"])
        #expect(run.name == "my run")
        try run.writeConfiguration("model: lenet5\n")
        try run.log().append("begun")
        try run.metrics(columns: ["loss"]).append(step: 1, [.number(1)])
        try run.checkpoints(keeping: 2).save(.sample(step: 1))
        #expect(
            try folder.names(in: "runs/a/my run") == [
                "checkpoints", "configuration.yaml", "lock", "log.txt", "metrics.csv", "metrics.jsonl",
            ])
        #expect(try folder.text(of: "runs/a/my run/configuration.yaml") == "model: lenet5\n")
        #expect(run.configurationPath == folder["runs/a/my run/configuration.yaml"])
        #expect(try folder.names(in: "runs/a/my run/checkpoints") == ["step-00000001.safetensors"])
        #expect(RunFolder.checkpointsPath(of: run.path) == folder["runs/a/my run/checkpoints"])
    }

    @Test func takesAnEmptyFolderAndNoOther() throws {
        let path = try folder.makeFolder("empty")
        try RunFolder.create(path).writeConfiguration("a: 1\n")
        expectError(.usage, naming: path, "not empty", "resume", "another name") { _ = try RunFolder.create(path) }
        #expect(try folder.text(of: "empty/configuration.yaml") == "a: 1\n")
        // A folder that is not a run's gets no lock file either.
        let others = try folder.makeFolder("letters")
        try folder.write("letters/mother.txt", [1])
        expectError(.usage, naming: others) { _ = try RunFolder.create(others) }
        #expect(try folder.names(in: "letters") == ["mother.txt"])
    }

    /// Killed anywhere while it begins, a run can begin again under its name, or be resumed.
    @Test(arguments: FileFault.Moment.allCases)
    func aRunThatIsKilledAtItsBeginBeginsAgain(moment: FileFault.Moment) async throws {
        let clean = FaultyFiles()
        try RunFolder.create(folder["0/runs/run"], files: clean).writeConfiguration("a: 1\n")
        for (index, event) in clean.history.enumerated() {
            let path = folder["\(index + 1)/runs/run"]
            await #expect(processExitsWith: .signal(SIGKILL)) {
                [path = path as String, fault = "kill-\(moment.rawValue):\(index + 1)" as String] in
                let files = FaultyFiles(fault: FileFault(fault))
                try RunFolder.create(path, files: files).writeConfiguration("a: 1\n")
            }
            if (try? RunFolder.open(path)) == nil { try RunFolder.create(path).writeConfiguration("a: 1\n") }
            #expect(try RunFolder.open(path).name == "run", "\(event)")
            #expect(try folder.text(of: "\(index + 1)/runs/run/configuration.yaml") == "a: 1\n", "\(event)")
        }
        #expect(clean.history.last?.operation == .flushFolder)
    }

    @Test func resumesARunAndNothingElse() throws {
        expectError(.missingInput, naming: folder["nothing"]) { _ = try RunFolder.open(folder["nothing"]) }
        let empty = try folder.makeFolder("empty")
        expectError(.missingInput, naming: empty, "give the folder of a run") { _ = try RunFolder.open(empty) }
        #expect(try folder.names(in: "empty").isEmpty)
        try RunFolder.create(folder["run"]).writeConfiguration("")
        #expect(try RunFolder.open(folder["run"]).name == "run")
        let link = try folder.link("link", to: "run")
        #expect(try RunFolder.open(link).name == "link")
    }

    @Test func countsRunsOfOneKind() throws {
        #expect(try RunFolder.create(in: folder["runs"], numbered: "lenet5-data").name == "lenet5-data-1")
        #expect(try RunFolder.create(in: folder["runs"], numbered: "lenet5-data").name == "lenet5-data-2")
        #expect(try RunFolder.create(in: folder["runs"], numbered: "lenet5").name == "lenet5-1")
        _ = try folder.makeFolder("runs/lenet5-data-7")
        _ = try folder.makeFolder("runs/lenet5-data-9223372036854775807")
        _ = try folder.makeFolder("runs/lenet5-data-last")
        #expect(try RunFolder.create(in: folder["runs"] + "/", numbered: "lenet5-data").name == "lenet5-data-8")
    }

    @Test func runsThatBeginTogetherGetFoldersOfTheirOwn() async throws {
        let root = folder["runs"]
        let names = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<32 { group.addTask { try RunFolder.create(in: root, numbered: "m").name } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(names) == Set((1...32).map { "m-\($0)" }))
    }
}
