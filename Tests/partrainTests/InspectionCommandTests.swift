import Testing

/// The subcommands that show and do not train.
@Suite struct InspectionCommandTests {
    @Test func topologyDrawsTheMachine() async throws {
        let run = try await CommandRun(["topology", "--devices", "3"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("package 0") && run.output.contains("3 devices of 1 core"))
    }

    @Test func programFoldsEqualDevices() async throws {
        let run = try await CommandRun(["program", "--mode", "model", "--model", "alexnet", "--batch-size", "32"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("conv3") && run.output.contains("all-gather"))
        let one = try await CommandRun(["program", "--mode", "data", "--devices", "4", "--model", "lenet5", "--device", "2"])
        #expect(one.output.hasPrefix("device 2\n"))
    }

    @Test func summaryHasThePlacement() async throws {
        let run = try await CommandRun(["summary", "--mode", "model", "--model", "alexnet"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("60,965,224") && run.output.contains("groups ÷ 2") && run.output.contains("channels ÷ 2"))
    }

    @Test func modelsAreListed() async throws {
        let run = try await CommandRun(["models"])
        #expect(run.status == 0 && run.output.contains("lenet5-1998"))
    }
}
