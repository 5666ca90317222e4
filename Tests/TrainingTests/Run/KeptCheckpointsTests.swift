import Foundation
import Testing
import Training

/// A run keeps as many of its last checkpoints as it is told to, and the best.
@Suite(.serialized) struct KeptCheckpointsTests {
    private func steps(_ fixture: RunFixture) throws -> [Int] {
        try FileManager.default.contentsOfDirectory(atPath: fixture.path + "/a/checkpoints").map { name in
            try #require(Int(name.dropFirst("step-".count).prefix { $0.isNumber }), "\(name)")
        }.sorted()
    }

    @Test(arguments: [1, 2, 3, 4, 9]) func theLastOfThem(keep: Int) async throws {
        let fixture = try RunFixture()
        _ = try await fixture.begin(["steps": "7", "save-every": "2", "evaluate-every": "0", "keep": "\(keep)", "run": "a"])
        #expect(try steps(fixture) == Array([2, 4, 6, 7].suffix(keep)))
        // A run that goes on keeps as many as it is then told to.
        _ = try await fixture.resume(["run": "a", "steps": "9", "keep": "1"])
        #expect(try steps(fixture) == [9])
    }

    @Test func threeUnlessTold() async throws {
        let fixture = try RunFixture()
        _ = try await fixture.begin(["steps": "9", "save-every": "2", "evaluate-every": "0", "run": "a"])
        #expect(try steps(fixture) == [6, 8, 9])
    }

    @Test func theBestStaysBesideTheLast() async throws {
        let fixture = try RunFixture()
        let run = try await fixture.begin(["epochs": "5", "keep": "1", "run": "a"])
        let validations = run.events.compactMap { event -> (step: Int, top1: Double)? in
            guard case .epoch(let report) = event, let top1 = report.validation?.top1 else { return nil }
            return (report.step, top1)
        }
        try #require(validations.map(\.step) == [12, 24, 36, 48, 60])
        let highest = try #require(validations.map(\.top1).max())
        let best = try #require(validations.first { $0.top1 == highest })
        #expect(try steps(fixture) == Set([best.step, 60]).sorted())
    }

    /// What is saved within an epoch has not been validated. The first validation is the best so far.
    @Test func onlyTheBestIsToldAsTheBest() async throws {
        let fixture = try RunFixture()
        let run = try await fixture.begin(["epochs": "1", "save-every": "5", "run": "a"])
        let saved = run.events.compactMap { if case .saved(let report) = $0 { report } else { nil } }
        #expect(saved.map(\.step) == [5, 10, 12])
        #expect(saved.map(\.isBest) == [false, false, true])
    }
}
