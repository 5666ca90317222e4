import Checkpoints
import Configuration
import Networks
import Tensors
import Testing
import Training

/// What a checkpoint says of its run is taken as far as a run could have saved it, and not an inch further.
@Suite struct SavedRunTests {
    /// Of a run of ten steps.
    private static let metadata = [
        "configuration": TrainingConfiguration().yaml, "told_step": "10", "judged_step": "10", "validated_step": "10",
        "best.step": "10", "best.top1": "0.5", "epoch_sum.examples": "8", "epoch_sum.loss": "1.5", "epoch_sum.top1": "3",
        "training_sum.examples": "8", "training_sum.loss": "1.5", "training_sum.top1": "3", "validation_sum.examples": "8",
        "validation_sum.loss": "1.5", "validation_sum.top1": "3", "validation_sum.top5": "5",
    ]

    private func saved(step: Int = 10, _ changes: [String: String?]) throws -> SavedRun {
        var metadata = Self.metadata
        for (key, value) in changes { metadata[key] = value }
        return try SavedRun(Checkpoint(step: step, tensors: [], metadata: metadata), path: "a.safetensors")
    }

    private func expectRefusal(step: Int = 10, _ changes: [String: String?], of key: String) {
        let error = #expect(throws: TrainingError.self) { try saved(step: step, changes) }
        let text = error?.description ?? ""
        #expect(text.contains("a.safetensors: its metadata lack \(key), or have a number there"), "\(changes): \(text)")
    }

    @Test(arguments: [
        ("told_step", ["0", "10"], ["-1", "11", "x", ""]), ("judged_step", ["0", "10"], ["-1", "11"]),
        ("validated_step", ["0", "10"], ["-1", "11"]), ("best.step", ["0", "10"], ["-1", "11"]),
        ("best.top1", ["0", "1"], ["-0.001", "1.001", "nan"]),
        ("epoch_sum.examples", ["3", "4503599627370496"], ["-1", "4503599627370497"]),
        ("epoch_sum.loss", ["0", "1e300"], ["nan", "inf", "-inf"]), ("epoch_sum.top1", ["0", "8"], ["-1", "9"]),
        ("training_sum.top1", ["0", "8"], ["-1", "9"]), ("validation_sum.top1", ["0", "5"], ["-1", "9"]),
        ("validation_sum.top5", ["3", "8"], ["2", "9"]),
    ]) func numbersAreTakenToTheirBounds(key: String, taken: [String], refused: [String]) {
        for number in taken { #expect(throws: Never.self, "\(key): \(number)") { try saved([key: number]) } }
        for number in refused { expectRefusal([key: number], of: key) }
    }

    @Test(arguments: ["told_step", "judged_step", "validated_step", "epoch_sum.loss", "training_sum.examples", "best.top1"])
    func whatIsMissingIsNamed(key: String) {
        expectRefusal([key: nil], of: key)
    }

    /// As many steps as a run may have, and none.
    @Test func aRunHasDoneNoMoreStepsThanItMayHave() throws {
        let most = 1_000_000_000_000_000
        #expect(try saved(step: most, [:]).step == most)
        for step in [most + 1, .max] { expectRefusal(step: step, [:], of: "step") }
        let none = ["told_step", "judged_step", "validated_step", "best.step"].map { ($0, "0" as String?) }
        #expect(try saved(step: 0, Dictionary(uniqueKeysWithValues: none)).step == 0)
    }

    /// An older release's photos came at the size that is recorded; a size that none can have is not one.
    @Test(
        arguments: [
            ("3 1 1", 1), ("3 65536 65536", 65_536), ("3 0 0", nil), ("3 65537 65537", nil), ("3 40", nil), ("3 40 40 40", nil),
            ("1 40 40", nil), ("3 40 41", nil), ("3 40 x", nil), ("", nil),
        ] as [(String, Int?)]) func theSizeFollowsFromTheImages(shape: String, resize: Int?) throws
    {
        #expect(try saved(["data.image_shape": shape]).configuration.resize == resize)
    }

    /// torchvision's AlexNet had other names for its layers once: weights and the optimizer's slots go on under today's.
    @Test func layersThatHadOtherNamesGoOn() throws {
        let shapes: [(earlier: String, now: String, Shape)] = [
            ("conv2.weight", "features.3.weight", [2, 3]), ("fc8.bias", "classifier.6.bias", [4]),
        ]
        let parameters = shapes.map { Parameter(name: $0.now, shape: $0.2, kind: .weight, fanIn: 1, initializer: .constant(0)) }
        var configuration = TrainingConfiguration()
        configuration.model = "alexnet-torchvision"
        var metadata = Self.metadata
        metadata["configuration"] = configuration.yaml
        for isEarlier in [true, false] {
            let tensors = shapes.enumerated().flatMap { number, tensor in
                ["", "optimizer.momentum."].map { prefix in
                    let values = (0..<tensor.2.elementCount).map { Float($0 + 10 * number) + (prefix.isEmpty ? 0 : 100) }
                    return Checkpoint.NamedTensor(
                        prefix + (isEarlier ? tensor.earlier : tensor.now), HostTensor(tensor.2, values))
                }
            }
            let saved = try SavedRun(Checkpoint(step: 10, tensors: tensors, metadata: metadata), path: "a.safetensors")
            let (values, slots) = try saved.tensors(for: parameters, slots: ["momentum"])
            #expect(values.map(\.values) == [[0, 1, 2, 3, 4, 5], [10, 11, 12, 13]])
            #expect(slots.map { $0.map(\.values) } == [[[100, 101, 102, 103, 104, 105], [110, 111, 112, 113]]])
        }
    }

    /// What another network has saved is refused with the first tensor that does not fit, whichever way it does not.
    @Test func tensorsOfAnotherNetworkAreRefused() throws {
        let wanted = [Parameter(name: "a.weight", shape: [2, 3], kind: .weight, fanIn: 1, initializer: .constant(0))]
        for (name, shape) in [("a.weight", [3, 2]), ("b.weight", [2, 3]), ("a.weight", [6])] as [(String, Shape)] {
            let tensors = ["", "optimizer.momentum."].map {
                Checkpoint.NamedTensor($0 + name, HostTensor(shape, [Float](repeating: 1, count: 6)))
            }
            let saved = try SavedRun(Checkpoint(step: 10, tensors: tensors, metadata: Self.metadata), path: "a.safetensors")
            let error = #expect(throws: TrainingError.self) { try saved.tensors(for: wanted, slots: ["momentum"]) }
            let text = error?.description ?? ""
            #expect(text.contains("a.safetensors") && text.contains("a.weight"), "\(text)")
            #expect(text.contains("resume another checkpoint"), "\(text)")
        }
    }
}
