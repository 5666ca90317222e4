import Foundation
import Testing

/// The runs that ship are in order, whatever they are to show.
@Suite struct ShippedConfigurationTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Configs")
    /// Every file there is, so that none is left out.
    static let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).sorted()

    private func printed(_ name: String) async throws -> [String] {
        let path = Self.folder.appendingPathComponent(name).path
        // Weights are somebody's own, and not looked at here.
        let begins = try String(contentsOfFile: path, encoding: .utf8).contains("\ninit-")
        let weights = begins ? ["--init-from", "weights.safetensors"] : []
        let run = try await CommandRun(["--config", path, "--print-config"] + weights)
        #expect(run.status == 0, "\(run.errors)")
        return run.output.split(separator: "\n").map(String.init)
    }

    @Test(arguments: names) func isUnderstood(name: String) async throws {
        #expect(name.hasSuffix(".yaml"))
        #expect(try await printed(name).contains { $0.hasPrefix("learning-rate: ") })
    }

    @Test func thoseThatDocumentsNameAreThere() {
        #expect(
            Set(Self.names).isSuperset(of: [
                "alexnet-2012.yaml", "cifar10.yaml", "fashion-mnist.yaml", "main.yaml", "photos.yaml", "notes-vgg.yaml",
                "notes-residual.yaml", "notes-transfer.yaml", "vgg16-from-vgg11.yaml",
            ]))
    }

    /// Section 5 of the paper, and the schedule that a file can have of it.
    @Test func theRecipeOf2012IsThePapers() async throws {
        let lines = try await printed("alexnet-2012.yaml")
        for line in [
            "model: alexnet", "batch-size: 128", "epochs: 90", "learning-rate: 0.01", "learning-rate-schedule: step",
            "milestone-factor: 0.1", "warmup-steps: 0", "momentum: 0.9", "weight-decay: 0.0005", "optimizer: alexnet",
            "initialization: published", "crop: true", "mirror: true", "colour: true",
        ] {
            #expect(lines.contains(line), "\(line) is missing in \(lines)")
        }
        // Divided by ten three times.
        #expect(lines.first { $0.hasPrefix("milestones: ") }?.split(separator: ",").count == 3)
    }
}
