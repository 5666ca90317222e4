import Kernels
import Testing
import Topology

/// The bits that Documentation/SameResult.md promises: of standard kernels, a function of the seed, the number of micro-batches, the
/// instructions and the library's version, on whatever processor and whatever number of devices. `Scripts/hash-test` has the rows
/// whole.
@Suite struct PublishedHashTests {
    @Test(
        .computesPublishedBits,
        arguments: [("lenet5", "0.05", "8b25ef3fa4f4"), ("lenet5-1998", "0.001", "f5cea8d37995")])
    func leNetHasThePublishedBits(model: String, rate: String, hash: String) async throws {
        // Lanes of a device sit on cores of their own.
        let cores = try Machine.discover().usableThreadCount < 2 ? "1" : "1,2"
        let run = try await CommandRun([
            "verify", "--model", model, "--learning-rate", rate, "--batch-size", "32", "--steps", "4", "--micro-batches", "8",
            "--modes",
            "data",
            "--devices", "1,3", "--cores-per-device", cores, "--kernels", "standard",
        ])
        #expect(run.status == 0, "\(run.errors)\n\(run.output)")
        #expect(
            run.output.split(separator: "\n").count { $0.contains("identical bits \(hash)") } == (cores == "1" ? 2 : 4),
            "\(run.output)")
    }

    /// The short form of AlexNet's row: a whole step, of fewer images.
    @Test(.computesPublishedBits) func alexNetHasItsBits() async throws {
        let run = try await CommandRun([
            "--model", "alexnet", "--data", "synthetic:classes=16,size=227", "--batch-size", "8", "--steps", "1",
            "--micro-batches", "8",
            "--devices", "1", "--kernels", "standard", "--evaluate-every", "0", "--no-run-folder", "--json",
        ])
        #expect(run.status == 0, "\(run.errors)")
        #expect((try run.jsonLines().last?["weights_sha256"] as? String)?.prefix(12) == "b91996841c73")
    }
}

extension Trait where Self == ConditionTrait {
    static var computesPublishedBits: Self {
        .enabled("the published bits are those of AVX-512 and oneDNN 2.6.3; here is \(ComputePlatform.current)") {
            let here = ComputePlatform.current
            return here.instructions == "avx512" && here.libraryInstructions.hasPrefix("avx512_core")
                && here.library == "oneDNN 2.6.3"
        }
    }
}
