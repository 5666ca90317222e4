import Configuration
import Foundation
import Testing
import Topology

/// How images are brought to a network's size where nobody says so, for every kind of data.
@Suite struct ImageSettingsTests {
    private func resolved(_ flags: [(name: String, value: String)]) throws -> TrainingConfiguration {
        var configuration = TrainingConfiguration()
        try configuration.apply(flags: flags)
        return try configuration.resolved(on: Machine(synthetic: "package:1 core:2 pu:1"))
    }

    /// What tells a folder of photos at first sight.
    private func withPhotos(_ body: (_ path: String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("partrain-photos-" + UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: path + "/train/cat", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    @Test(arguments: [
        ("alexnet", 256), ("alexnet-torchvision", 256), ("alexnet-small", 76), ("alexnet-simplified", 36), ("lenet5", 32),
        ("lenet5-1998", 36),
    ])
    func photosComeAtTheNetworksSize(model: String, resize: Int) throws {
        try withPhotos { path in
            let usual = try resolved([("model", model), ("data", path)])
            #expect(usual.resize == resize)
            #expect((usual.crop, usual.mirror, usual.colour, usual.randomResizedCrop) == (true, true, false, false))
        }
        #expect(try resolved([("model", model)]).resize == resize)
    }

    @Test func photosAreCroppedInOneWay() throws {
        try withPhotos { path in
            let photos: [(name: String, value: String)] = [("model", "alexnet-torchvision"), ("data", path)]
            #expect(try resolved(photos + [("resize", "232")]).resize == 232)
            // Nothing is left to choose.
            #expect(try resolved(photos + [("resize", "224")]).crop == false)
            let resized = try resolved(photos + [("random-resized-crop", "true")])
            #expect((resized.crop, resized.randomResizedCrop, resized.resize) == (false, true, 256))
            let padded = try resolved(photos + [("pad-crop", "8")])
            #expect((padded.crop, padded.padCrop, padded.resize) == (false, 8, 256))
            #expect {
                try resolved(photos + [("crop", "true"), ("random-resized-crop", "true")])
            } throws: {
                "\($0)".contains("both are given") && "\($0)".contains("--no-crop")
            }
            #expect(throws: Never.self) { try resolved(photos + [("crop", "false"), ("random-resized-crop", "true")]) }
        }
    }

    @Test func whatHasASizeOfItsOwnKeepsIt() throws {
        let folder = try IDXFolder()
        let digits = try resolved([("model", "lenet5"), ("data", folder.path)])
        #expect((digits.resize, digits.crop, digits.mirror) == (nil, false, false))
        #expect(!digits.yaml.contains("resize:"))
        #expect(try resolved([("model", "lenet5"), ("data", folder.path), ("resize", "32")]).resize == 32)
        #expect(try resolved([("data", "synthetic:size=90")]).resize == nil)
        let cifar = try SmallDataFolder()
        try cifar.writeCIFAR100()
        let small = try resolved([("model", "alexnet-simplified"), ("data", cifar.path)])
        #expect((small.resize, small.crop, small.mirror, small.padCrop) == (nil, false, true, 0))
        #expect(try resolved([("model", "lenet5"), ("data", folder.path), ("flip", "alternating")]).mirror == true)
        let own = try resolved([("data", "synthetic")])
        #expect((own.resize, own.crop, own.mirror) == (76, false, true))
    }
}
