import Configuration
import JSONText
import Parallelism
import Testing
import Topology
import Training
import Verification

/// Verifications of small networks: promises hold, and an error is found where it was made.
@Suite(.serialized) struct VerifierTests {
    private func settings(
        _ model: String, batch: Int, microBatches: Int?, steps: Int = 3, seed: UInt64 = 0
    ) -> TrainingConfiguration {
        var settings = TrainingConfiguration()
        settings.model = model
        settings.data = "synthetic:classes=10,train=64,val=10"
        settings.batchSize = batch
        settings.microBatches = microBatches
        settings.seed = seed
        settings.duration = .steps(steps)
        return settings
    }

    private func verify(
        _ settings: TrainingConfiguration, modes: String, devices: String, cores: String = "1", injection: String? = nil
    ) async throws -> VerificationReport {
        let request = try VerificationRequest(
            settings, modes: modes, devices: devices, coresPerDevice: cores, injection: injection)
        return try await Verifier(request, on: Machine.discover()).run { _ in }
    }

    @Test(arguments: ["lenet5", "lenet5-1998", "alexnet-small"]) func everyPromiseHolds(model: String) async throws {
        let report = try await verify(settings(model, batch: 12, microBatches: 4), modes: "data,model,hybrid", devices: "1,2,4")
        #expect(report.holds && report.broken == 0, "\(report.rows.flatMap(\.broken).map(\.description))")
        #expect(report.ran == 9)
        for row in report.rows where row.obstacle == nil {
            #expect(row.steps == 3 && row.exchanges > 0)
            switch row.test.promise {
            case .sameBits: #expect(row.differences.isEmpty && row.weightsSHA256 == report.referenceSHA256)
            case .bounded: #expect(!row.differences.isEmpty && row.shareOfBound > 0 && row.shareOfBound <= 1)
            }
        }
    }

    @Test func manyDevicesShareACoreAndUnevenMicroBatchesCount() async throws {
        let report = try await verify(settings("lenet5", batch: 13, microBatches: 8), modes: "data", devices: "3,5,8,10")
        #expect(report.holds && report.ran == 4)
    }

    @Test func whatCannotRunSaysWhyAndBreaksNothing() async throws {
        let report = try await verify(
            settings("lenet5", batch: 9, microBatches: 3), modes: "single,data,hybrid", devices: "1,2,4", cores: "1,4096")
        #expect(report.holds && report.ran == 5)
        let obstacles = report.rows.compactMap(\.obstacle)
        #expect(obstacles.count == 13 && obstacles.allSatisfy { !$0.isEmpty })
        #expect(obstacles.contains { $0.contains("4096 cores per device") })
        #expect(obstacles.contains { $0.contains("mode single runs on one device, not 2") })
        #expect(obstacles.contains { $0.contains("3 micro-batches") })
    }

    @Test func whereNothingCanRunNothingIsVerified() async throws {
        let report = try await verify(settings("lenet5", batch: 4, microBatches: 2), modes: "hybrid", devices: "8")
        #expect(report.ran == 0 && !report.holds)
    }

    /// Into eight where nobody says how many, and no more than there are examples.
    @Test(arguments: [(12, 8), (5, 5)]) func theBatchIsCutIntoMicroBatches(batch: Int, microBatches: Int) async throws {
        let report = try await verify(settings("lenet5", batch: batch, microBatches: nil, steps: 1), modes: "data", devices: "1")
        #expect(report.settings.microBatches == microBatches && report.holds)
    }

    /// As many cores as the largest case has, each for itself, and no more than there are.
    @Test(arguments: [(8, 6), (4, 4)]) func thePlacementIsThatOfTheLargestCase(cores: Int, wanted: Int) throws {
        let request = try VerificationRequest(
            settings("lenet5", batch: 8, microBatches: 8), modes: "data", devices: "1,3,2", coresPerDevice: "2,1")
        let placement = try Verifier(request, on: Machine(synthetic: "core:\(cores) pu:1")).corePlacement()
        #expect(placement.assignment.perDevice.map(\.threads.count) == Array(repeating: 1, count: wanted))
    }

    /// Anywhere by the seed, in every mode: named with its step, device and layer; everything else holds.
    @Test(arguments: [ParallelMode.data, .model, .hybrid], [UInt64](1...6)) func anInjectedErrorIsFound(
        mode: ParallelMode, seed: UInt64
    ) async throws {
        let report = try await verify(
            settings(seed < 3 ? "alexnet-small" : "lenet5", batch: 8, microBatches: 4, seed: seed), modes: mode.rawValue,
            devices: "1,2,4", injection: "")
        let row = try #require(report.rows.first { $0.injected != nil })
        let injected = try #require(row.injected)
        let found = try #require(injected.foundAs)
        #expect(found.kind == .exchange && found.step == injected.step && found.device == injected.device)
        #expect(found.layer == injected.layer && found.description.contains("\(injected.after), not \(injected.before)"))
        #expect(!report.holds && report.broken == 1 && row.broken.allSatisfy { ($0.step ?? 0) >= injected.step })
        // In data mode the copies of the first device are held to one device's, and the others' to the first one's.
        #expect(mode != .data || row.broken.contains { $0.kind == .parameter || $0.kind == .replica })
    }

    @Test func anErrorIsInjectedWhereItIsWanted() async throws {
        let report = try await verify(
            settings("alexnet-small", batch: 8, microBatches: 4), modes: "data,hybrid", devices: "1,2", injection: "2:1:fc6")
        let injected = try #require(report.injected)
        #expect(injected.step == 2 && injected.device == 1 && injected.layer == "fc6" && injected.foundAs != nil)
    }

    @Test(arguments: ["2:1:conv9", "2:2:conv1"]) func anErrorWhereThereIsNoExchangeIsRefused(place: String) async throws {
        let error = await #expect(throws: ConfigurationError.self) {
            try await verify(settings("lenet5", batch: 8, microBatches: 4), modes: "data", devices: "1,2", injection: place)
        }
        #expect(
            error?.description.contains("mode data on 2 devices of 1 core: devices 0 to 1, layers ") == true
                && error?.description.contains("conv1") == true, "\(error?.description ?? "")")
    }

    @Test func eventsComeInOrderAndAsJSON() async throws {
        let request = try VerificationRequest(
            settings("lenet5", batch: 8, microBatches: 2), modes: "data", devices: "2,4", coresPerDevice: "1")
        var names: [String] = []
        var progress: [String] = []
        let report = try await Verifier(request, on: Machine.discover()).run { event in
            let text = event.json.description
            names.append(String(text.dropFirst(#"{"event":""#.count).prefix { $0 != "\"" }))
            if case .progress(let what, number: let number, step: let step) = event {
                progress.append("\(number), \(what): \(step)")
            }
        }
        #expect(report.ran == 2)
        let other = names.filter { $0 != "verification_progress" }
        #expect(other == ["verification", "verification_case", "verification_case", "kernels", "verified"])
        let runs = ["0, one device", "1, mode data on 2 devices of 1 core", "2, mode data on 4 devices of 1 core"]
        #expect(progress == runs.flatMap { run in (1...3).map { "\(run): \($0)" } })
    }
}
