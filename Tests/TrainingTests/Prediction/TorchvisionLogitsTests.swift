import Datasets
import Devices
import Foundation
import ModelZoo
import Networks
import Parallelism
import Sessions
import Tensors
import Testing
import Topology
import Training

/// From a photo's file to the logits: those of torchvision's AlexNet after its evaluation transform, within what single precision leaves.
@Suite struct TorchvisionLogitsTests {
    private struct Golden {
        let seed: UInt64
        let classes: Int
        /// How far PyTorch's single precision is from its double precision.
        let noise: Double
        var images: [(name: String, file: [UInt8], logits: [Double], shift: Double)] = []

        private static func lines(_ name: String) throws -> [[String]] {
            let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("../../DatasetsTests/Golden/\(name).txt")
            return try String(contentsOf: file, encoding: .utf8).split(separator: "\n").map { line in
                line.split(separator: " ").map(String.init)
            }
        }

        init() throws {
            var files: [String: String] = [:]
            for fields in try Self.lines("evaluation") where fields[6].count > 1 { files[fields[0]] = fields[6] }
            let lines = try Self.lines("evaluation_logits")
            (seed, classes, noise) = (UInt64(lines[0][0])!, Int(lines[0][1])!, Double(lines[0][2])!)
            for fields in lines.dropFirst() {
                let file = try #require(files[fields[0]].flatMap { Data(base64Encoded: $0) })
                images.append(
                    (fields[0], Array(file), fields[1...classes].map { Double($0)! }, Double(fields[classes + 1])!))
            }
        }
    }

    /// How many times PyTorch's own noise ours may be: as in the tests of training against it.
    private static let noiseFactor = 16.0

    @Test func logitsOfPhotosAreTorchvisions() async throws {
        let golden = try Golden()
        #expect(golden.images.count == 8)
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("photos-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let paths = try golden.images.map { image in
            let url = folder.appendingPathComponent(image.name + ".jpg")
            try Data(image.file).write(to: url)
            return url.path
        }
        let network = try ModelZoo.network(named: "alexnet-torchvision", classes: golden.classes).initialized(.he)
        let extent = DatasetSource.usualExtent(forWindow: network.inputShape[1])
        let images = try LooseImages(
            paths: paths, height: extent, width: extent, window: (224, 224), normalisation: .imageNet)
        let batch = try BatchPipeline(images, .validation, batchSize: 8, inputShape: network.inputShape, seed: 0).waitForNext()
        defer { batch.release() }

        let machine = try Machine.discover()
        let devices = try DeviceGroup(machine, CoreAssignment(on: machine, devices: 1))
        defer { devices.shutdown() }
        let session = try await TrainingSession(
            network, strategy: ParallelMode.single, devices: devices, batchSize: 8, seed: golden.seed)
        try await session.initializeParameters()
        let logits = try await session.scores(of: batch).values.map(Double.init)
        try await session.end()
        for (number, image) in golden.images.enumerated() {
            let own = logits[number * golden.classes..<(number + 1) * golden.classes]
            let distance = zip(own, image.logits).map { abs($0 - $1) }.max() ?? .infinity
            #expect(distance <= Self.noiseFactor * golden.noise, "\(image.name): \(distance), noise \(golden.noise)")
            // The crop a pixel aside would be seen by far.
            #expect(image.shift > 100 * Self.noiseFactor * golden.noise, "\(image.name)")
        }
    }
}
