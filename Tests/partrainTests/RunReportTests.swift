import Foundation
import Testing

/// What a run says of itself that a person would otherwise have to know.
@Suite struct RunReportTests {
    private func text(_ arguments: [String]) async throws -> String {
        let run = try await CommandRun(
            ["--model", "lenet5", "--batch-size", "8", "--steps", "2", "--no-run-folder", "--kernels", "standard"] + arguments)
        #expect(run.status == 0, "\(run.errors)")
        return run.output
    }

    @Test func imagesThatAnEpochLeavesOutAreSaidBeforeAndAfter() async throws {
        let some = try await text(["--data", "synthetic:classes=4,train=70,val=16"])
        #expect(some.contains("each epoch leaves out 6 images, which fill no batch of 8, others each time"), "\(some)")
        #expect(some.contains("left out    6 images of each epoch, which fill no batch of 8\n"), "\(some)")
        let one = try await text(["--data", "synthetic:classes=4,train=65,val=16"])
        #expect(one.contains("each epoch leaves out 1 image, which fills no batch of 8, others each time"), "\(one)")
        let none = try await text(["--data", "synthetic:classes=4,train=64,val=16"])
        #expect(!none.contains("leaves out") && !none.contains("left out"), "\(none)")
    }

    /// A run of fewer steps never has the rate that was asked for.
    @Test func aWarmUpThatIsLongerThanTheRunIsSaid() async throws {
        let data = ["--data", "synthetic:classes=4,train=64,val=16"]
        #expect(try await text(["--warmup-steps", "3"] + data).contains("warm-up 3 steps, before whose end the run is over"))
        let whole = try await text(["--warmup-steps", "2"] + data)
        #expect(whole.contains("warm-up 2 steps") && !whole.contains("before whose end"), "\(whole)")
    }

    /// A default number of micro-batches follows the machine's cores, so what the weights' bits follow from stands beside their hash.
    @Test func theHashIsPrintedWithWhatItFollowsFrom() async throws {
        let data = ["--data", "synthetic:classes=4,train=64,val=16"]
        let microBatches = try await text(["--devices", "2", "--micro-batches", "5"] + data)
        #expect(microBatches.contains("mode data · 2 devices of 1 core · 5 micro-batches"), "\(microBatches)")
        let lines = microBatches.split(separator: "\n").map(String.init)
        let hash = try #require(lines.firstIndex { $0.hasPrefix("weights     SHA-256 ") })
        #expect(lines[hash + 1] == "            of 5 micro-batches, standard kernels")
        let hybrid = try await text(["--mode", "hybrid", "--devices", "2", "--micro-batches", "2"] + data)
        #expect(hybrid.contains("            of 2 micro-batches, standard kernels, hybrid mode on 2 devices\n"), "\(hybrid)")
    }
}
