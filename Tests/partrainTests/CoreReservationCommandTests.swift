import Foundation
import Testing
import Topology

/// Two processes of partrain on one machine.
@Suite struct CoreReservationCommandTests {
    @Test("A second process sees what the first has taken, goes elsewhere or says with whom it shares, until the first is gone")
    func two() async throws {
        let machine = try Machine.discover()
        let pinsAtAll = try CoreReservation.look(on: machine, devices: 1, coresPerDevice: 1).roaming == nil
        let environment = ["PARTRAIN_CORE_GROUP": "two-\(UUID().uuidString)"]
        let first = Process()
        first.executableURL = CommandRun.program
        first.arguments = [
            "--model", "lenet5", "--data", "synthetic:classes=10", "--devices", "1", "--batch-size", "8", "--steps", "10000000",
            "--kernels", "standard", "--no-run-folder",
        ]
        first.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        first.standardOutput = FileHandle.nullDevice
        first.standardError = FileHandle.nullDevice
        try first.run()
        defer {
            if first.isRunning { kill(first.processIdentifier, SIGKILL) }
            first.waitUntilExit()
        }
        let sentence = "taken by process \(first.processIdentifier)"

        guard pinsAtAll else {
            // Under a quota there is nothing to take; that is what it says instead.
            #expect(try await CommandRun(["topology"], environment: environment).output.contains("threads are not pinned"))
            return
        }
        var drawing = try await CommandRun(["topology", "--devices", "1"], environment: environment)
        while first.isRunning && !drawing.output.contains(sentence) {
            drawing = try await CommandRun(["topology", "--devices", "1"], environment: environment)
        }
        try #require(first.isRunning)
        #expect(drawing.status == 0)
        // One of them is taken: a run of one device has another to go to, a run of as many as there are has not.
        #expect(drawing.errors.isEmpty == (machine.usableThreadCount > 1), "\(drawing.errors)")
        let all = ["--devices", "\(machine.usableThreadCount)"]
        let crowded = try await CommandRun(["topology"] + all, environment: environment)
        #expect(crowded.errors.contains("warning: cpu") && crowded.errors.contains(sentence))
        let trained = try await CommandRun(
            ["--model", "lenet5", "--data", "synthetic:classes=10", "--batch-size", "64", "--steps", "1", "--no-run-folder"]
                + all,
            environment: environment)
        #expect(trained.status == 0 && trained.output.contains(sentence), "\(trained.output)\(trained.errors)")

        kill(first.processIdentifier, SIGKILL)
        first.waitUntilExit()
        let after = try await CommandRun(["topology"] + all, environment: environment)
        #expect(!after.output.contains("taken by") && after.errors.isEmpty)
    }
}
