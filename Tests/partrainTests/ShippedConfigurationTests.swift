import Foundation
import Testing

/// The runs that ship are in order, whatever they are to show.
@Suite struct ShippedConfigurationTests {
    @Test(arguments: ["main", "photos", "fashion-mnist", "lenet5-1998"])
    func isUnderstood(name: String) async throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let run = try await CommandRun(["--config", root.appendingPathComponent("Configs/\(name).yaml").path, "--print-config"])
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("learning-rate: "))
    }
}
