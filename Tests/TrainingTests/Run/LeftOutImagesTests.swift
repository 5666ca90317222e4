import Configuration
import Foundation
import Parallelism
import Testing
import Topology
import Training

/// Images that fill no batch are left out of a training epoch, and that is told.
@Suite struct LeftOutImagesTests {
    @Test(arguments: [(48, 0), (49, 1), (63, 15), (64, 0)]) func areCounted(images: Int, leftOut: Int) async throws {
        var settings = TrainingConfiguration()
        try settings.apply(flags: [
            ("mode", "single"), ("model", "lenet5"), ("data", "synthetic:classes=4,train=\(images),val=21,difficulty=easy"),
            ("batch-size", "16"), ("epochs", "1"), ("kernels", "standard"),
        ])
        var (data, epoch) = (DataReport?.none, EpochReport?.none)
        var json: [String: [String: Any]] = [:]
        let finished = try await Trainer(TrainingPreparation(settings, on: Machine.discover())).run { event in
            if case .data(let report) = event { data = report }
            if case .epoch(let report) = event { epoch = report }
            let object = try JSONSerialization.jsonObject(with: Data("\(event.json)".utf8)) as? [String: Any]
            json[object?["event"] as? String ?? ""] = object
        }
        #expect(data?.leftOutPerEpoch == leftOut && finished.leftOutPerEpoch == leftOut)
        #expect(json["data"]?["left_out_per_epoch"] as? Int == leftOut)
        #expect(json["finished"]?["left_out_per_epoch"] as? Int == leftOut)
        // What is told to be left out is what was not trained on; of the validation set nothing is.
        #expect(epoch?.training.examples == images - leftOut)
        #expect(finished.validation?.examples == 21)
    }

    /// A default may follow the machine's cores, so the number that the bits follow from stands beside them.
    @Test func theBitsAreToldWithTheMicroBatchesThatTheyFollowFrom() async throws {
        var settings = TrainingConfiguration()
        try settings.apply(flags: [
            ("model", "lenet5"), ("data", "synthetic:classes=4,train=48,val=8"), ("batch-size", "16"), ("steps", "1"),
            ("devices", "2"), ("micro-batches", "5"), ("kernels", "standard"), ("evaluate-every", "0"),
        ])
        var json: [String: Any] = [:]
        let finished = try await Trainer(TrainingPreparation(settings, on: Machine.discover())).run { event in
            json = try JSONSerialization.jsonObject(with: Data("\(event.json)".utf8)) as? [String: Any] ?? [:]
        }
        #expect(finished.microBatches == 5 && finished.kernels == .standard && finished.mode == .data && finished.devices == 2)
        #expect(json["micro_batches"] as? Int == 5 && json["kernels"] as? String == "standard")
        #expect(json["mode"] as? String == "data" && json["devices"] as? Int == 2)
    }
}
