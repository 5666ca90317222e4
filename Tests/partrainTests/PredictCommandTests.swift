import Checkpoints
import Foundation
import Tensors
import Testing

/// What a trained network says, asked as one types it.
@Suite struct PredictCommandTests {
    private let data = "synthetic:classes=4,train=64,val=22"

    /// Trains for two steps, and gives the checkpoint's path to `body`.
    private func withCheckpoint(_ body: (_ checkpoint: String, _ folder: String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("predict-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let run = folder.appendingPathComponent("run").path
        let training = try await CommandRun(
            ["--model", "lenet5", "--steps", "2", "--batch-size", "16", "--data", data, "--run", run])
        try #require(training.status == 0, "\(training.errors)")
        let names = try FileManager.default.contentsOfDirectory(atPath: run + "/checkpoints")
        let name = try #require(names.sorted().last { $0.hasSuffix(".safetensors") })
        try await body(run + "/checkpoints/" + name, folder.path)
    }

    @Test func aCheckpointSaysItselfWhatItIs() async throws {
        try await withCheckpoint { checkpoint, _ in
            let run = try await CommandRun(["predict", "--init-from", checkpoint, "--top", "2"])
            #expect(run.status == 0, "\(run.errors)")
            let lines = run.output.split(separator: "\n")
            #expect(lines.count == 23)
            #expect(lines[0].hasPrefix("0 (disc): "))
            #expect(lines[0].filter { $0 == "%" }.count == 2)
            #expect(lines.last?.hasPrefix("22 images: ") == true)
        }
    }

    @Test func everyFormOfOutputHoldsEveryImage() async throws {
        try await withCheckpoint { checkpoint, folder in
            for form in ["csv", "json", "safetensors"] {
                let path = "\(folder)/out.\(form)"
                let run = try await CommandRun(["predict", "--init-from", checkpoint, "--batch-size", "8", "--output", path])
                #expect(run.status == 0, "\(run.errors)")
                #expect(run.output.contains("22 images") && run.output.contains(path))
            }
            let table = try String(contentsOfFile: folder + "/out.csv", encoding: .utf8).split(separator: "\n")
            #expect(table.count == 23)
            #expect(table.allSatisfy { $0.split(separator: ",").count == 2 + 2 * 4 })
            let file = try SafeTensorsFile(path: folder + "/out.safetensors")
            #expect(try file.tensor(named: "logits").shape == [22, 4])
            #expect(try file.tensor(named: "labels").values.prefix(4) == [0, 1, 2, 3])
        }
    }

    /// Every mode gives the logits that one device gives, to the last bits of sums in another order.
    @Test func modesAgree() async throws {
        try await withCheckpoint { checkpoint, folder in
            let images = HostTensor([5, 1, 28, 28], (0..<5 * 784).map { Float($0 * 37 % 101) / 50 - 1 })
            try SafeTensorsFile.write([("images", images)], to: folder + "/in.safetensors")
            var all: [[Float]] = []
            for mode in [["single"], ["data", "--devices", "3"], ["model"], ["hybrid"]] {
                let run = try await CommandRun(
                    [
                        "predict", "--init-from", checkpoint, "--images", folder + "/in.safetensors", "--batch-size", "3",
                        "--output",
                        folder + "/out.safetensors", "--mode",
                    ] + mode)
                #expect(run.status == 0, "\(run.errors)")
                all.append(try SafeTensorsFile(path: folder + "/out.safetensors").tensor(named: "logits").values)
            }
            #expect(all[0].count == 20)
            for other in all.dropFirst() {
                #expect(zip(all[0], other).allSatisfy { abs($0 - $1) <= 1e-5 })
            }
        }
    }

    @Test func whatDoesNotFitIsNamed() async throws {
        try await withCheckpoint { checkpoint, folder in
            try SafeTensorsFile.write([("images", HostTensor(zeros: [2, 3, 28, 28]))], to: folder + "/in.safetensors")
            try SafeTensorsFile.write([("pixels", HostTensor(zeros: [2, 1, 28, 28]))], to: folder + "/other.safetensors")
            let cases: [([String], Int32, [String])] = [
                (["--images", folder + "/in.safetensors"], 64, ["in.safetensors", "2 × 3 × 28 × 28", "1 × 28 × 28"]),
                (["--images", folder + "/other.safetensors"], 64, ["other.safetensors", "images"]),
                (["--images", folder + "/nowhere.safetensors"], 66, ["nowhere.safetensors"]),
                (["--model", "alexnet-small"], 65, [checkpoint, "alexnet-small", "conv3.weight"]),
                (["--output", folder + "/nowhere/out.csv"], 74, ["nowhere/out.csv"]),
                (["--output", folder + "/out.txt"], 64, ["out.txt", ".csv"]),
                (["--top", "0"], 64, ["--top 0"]),
                (["--data", data, "--images", "x"], 64, ["--data and --images"]),
            ]
            for (arguments, status, says) in cases {
                let run = try await CommandRun(["predict", "--init-from", checkpoint] + arguments)
                #expect(run.status == status, "\(arguments): \(run.errors)")
                for part in says { #expect(run.errors.contains(part), "\(arguments): \(run.errors)") }
            }
        }
    }
}
