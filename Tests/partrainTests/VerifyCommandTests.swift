import Foundation
import Testing

/// `partrain verify` as it is typed.
@Suite struct VerifyCommandTests {
    private let small = [
        "verify", "--model", "lenet5", "--batch-size", "8", "--micro-batches", "4", "--steps", "2", "--data",
        "synthetic:train=32,val=16",
    ]

    @Test func promisesThatHoldEndWithZero() async throws {
        let run = try await CommandRun(small + ["--devices", "1,2,3,4"])
        #expect(run.status == 0, "\(run.errors)\n\(run.output)")
        #expect(run.errors == "")
        for text in ["identical bits", "ulp", "hold", "cannot run", "Bound after 2 steps", "Every promise holds"] {
            #expect(run.output.contains(text), "\(text) is missing in:\n\(run.output)")
        }
        let lines = run.output.split(separator: "\n")
        #expect(lines.last?.hasPrefix("Every promise holds in all ") == true)
        let hashes = lines.filter { $0.contains("identical bits") }.map { $0.split(separator: " ")[7] }
        #expect(hashes.count == 6 && Set(hashes).count == 1)
    }

    @Test(arguments: [["--inject-error"], ["--inject-error-at", "2:1:fc4"]]) func anInjectedErrorEndsWithOne(
        flags: [String]
    ) async throws {
        let run = try await CommandRun(small + ["--devices", "1,2"] + flags)
        #expect(run.status == 1, "\(run.errors)\n\(run.output)")
        #expect(run.errors.contains("the injected error was found"))
        #expect(run.output.contains("injected in mode") && run.output.contains("BROKEN"))
        let found = try #require(run.output.split(separator: "\n").first { $0.hasPrefix("found ") })
        #expect(found.contains("step ") && found.contains("device ") && found.contains("layer "))
        if flags.count > 1 { #expect(found.contains("step 2, device 1, layer fc4")) }
    }

    @Test func jsonIsAllThereIsOnStandardOutput() async throws {
        let run = try await CommandRun(small + ["--devices", "1,2", "--modes", "data,model", "--json"])
        #expect(run.status == 0, "\(run.errors)")
        let lines = try run.jsonLines()
        #expect(lines.first?["event"] as? String == "verification" && lines.last?["event"] as? String == "verified")
        #expect(lines.last?["holds"] as? Bool == true)
        let rows = lines.filter { $0["event"] as? String == "verification_case" }
        #expect(rows.count == 4 && rows.allSatisfy { $0["holds"] as? Bool == true })
        let differences = try #require(rows.last?["differences"] as? [[String: Any]])
        #expect(
            !differences.isEmpty
                && differences.allSatisfy { $0["ulps"] is Double && $0["index"] is [Int] && $0["bound"] is Double })
    }

    @Test func nothingThatCouldRunEndsWithOne() async throws {
        let run = try await CommandRun(small + ["--devices", "5", "--modes", "hybrid"])
        #expect(run.status == 1 && run.output.contains("cannot run") && run.errors.contains("nothing could run"))
    }

    @Test(arguments: [
        ["--modes", "both"], ["--devices", "two"], ["--epochs", "3"], ["--inject-error-at", "9:0:conv1"],
        ["--inject-error-at", "1:0:conv7"], ["--micro-batches", "0"], ["--wrong"],
    ])
    func usageEndsWithSixtyFour(flags: [String]) async throws {
        let base = flags[0] == "--epochs" ? ["verify", "--model", "lenet5"] : small
        let run = try await CommandRun(base + flags)
        #expect(run.status == 64 && run.errors.hasPrefix("partrain: error: "), "\(run.errors)")
    }
}
