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

    @Test func keepsThreeCheckpointsAndNoMetricsUnlessTold() throws {
        let run = try RunFolder.create(folder["run"])
        #expect(try run.checkpoints().keptCount == 3 && CheckpointFolder(path: folder["run"]).keptCount == 3)
        try run.metrics(columns: []).append(step: 1, [])
        _ = try run.metrics(columns: [])
        #expect(try folder.text(of: "run/metrics.csv") == "step\n")
    }

    /// Every folder's name reaches the disk before there is anything in it.
    @Test func everyNewFolderReachesTheDisk() throws {
        let named = FaultyFiles()
        _ = try RunFolder.create(folder["runs/a"], files: named)
        #expect(
            named.history.map(\.description) == [
                "create the folder \(folder["runs"])", "flush the folder \(folder.path)",
                "create the folder \(folder["runs/a"])", "flush the folder \(folder["runs"])",
            ])
        let numbered = FaultyFiles()
        _ = try RunFolder.create(in: folder["others"], numbered: "m", files: numbered)
        #expect(
            numbered.history.map(\.description) == [
                "create the folder \(folder["others"])", "flush the folder \(folder.path)",
                "create the folder \(folder["others/m-1"])", "flush the folder \(folder["others"])",
            ])
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

    /// A thousand million and more is somebody's own name: it is not counted on from, and not taken either.
    @Test func aNumberThatNoCountingHasLedToIsPassedOver() throws {
        for number in [999_999_998, 1_000_000_000] { _ = try folder.makeFolder("runs/m-\(number)") }
        for name in ["m-999999999", "m-1000000001"] {
            #expect(try RunFolder.create(in: folder["runs"], numbered: "m").name == name)
        }
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
