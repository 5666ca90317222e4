import Checkpoints
import Testing
import Training

/// What is kept of a run while it goes on.
@Suite(.serialized) struct RunRecordTests {
    /// Of every fiftieth step, and of the last one of an epoch the epoch's instead.
    @Test func everyFiftiethStepHasARow() async throws {
        let fixture = try RunFixture()
        // Epochs of 100 steps.
        let run = try await fixture.run([
            "model": "lenet5", "data": "synthetic:classes=4,train=400,val=4,difficulty=easy", "batch-size": "4", "steps": "160",
            "learning-rate": "0.001", "mode": "single", "kernels": "standard", "evaluate-every": "0", "run": "a",
        ])
        let rows = try fixture.text("a/metrics.csv").split(separator: "\n").dropFirst().map { line in
            line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        #expect(rows.map { Array($0.prefix(2)) } == [["50", "step"], ["100", "epoch"], ["150", "step"], ["160", "epoch"]])
        let reports = run.events.compactMap { if case .progress(let report) = $0 { report } else { nil } }
        for step in [50, 150] {
            let report = try #require(reports.first { $0.step == step })
            let row = try #require(rows.first { $0[0] == "\(step)" })
            #expect(Array(row[2...4]) == ["\(report.epoch)", "\(report.learningRate)", "\(report.loss)"])
        }
    }

    /// A checkpoint says which metrics were told, so these are on disk before it has its name.
    @Test func metricsReachTheDiskBeforeTheCheckpoint() async throws {
        let fixture = try RunFixture()
        let files = FaultyFiles()
        let settings = ["epochs": "2", "mode": "single", "kernels": "standard", "run": "a"]
        _ = try await fixture.run(RunFixture.small.merging(settings) { $1 }, files: files)
        for name in ["metrics.jsonl", "metrics.csv"] {
            var isFlushed = false
            var atCheckpoints: [Bool] = []
            for event in files.history {
                if event.path.hasSuffix("/" + name) { isFlushed = event.operation == .flush }
                if event.operation == .rename, event.path.contains("/checkpoints/") { atCheckpoints.append(isFlushed) }
            }
            #expect(atCheckpoints == [true, true], "\(name)")
        }
    }
}
