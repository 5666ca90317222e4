import Datasets
import Foundation
import Tensors
import TestSupport
import Testing

/// Holds what an evaluation shows a network to torchvision's transform of the same files: resized, cropped to the centre, normalised.
@Suite struct EvaluationTransformTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let format: String
        let resize: Int
        let window: Int
        let file: [UInt8]
        /// Pixels, three bytes each: pixel k of these is pixel k · `stride` modulo all of the window.
        let samples: [UInt8]
        /// Over all pixels, of each channel.
        let sums: [Int]

        static let stride = 31013

        var testDescription: String { "\(name), \(resize) to \(window)" }
    }

    static let cases: [Case] = {
        let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "../Golden/evaluation.txt")
        guard let text = try? String(contentsOf: golden, encoding: .utf8) else { return [] }
        var cases: [Case] = []
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: " ").map(String.init)
            let sizes = fields[2...5].map { Int($0)! }
            let file: [UInt8] =
                switch fields[6] {
                case "=": cases.last!.file
                case "-": ImageFixture.png(height: sizes[0], width: sizes[1])
                default: Array(Data(base64Encoded: fields[6])!)
                }
            cases.append(
                Case(
                    name: fields[0], format: fields[1], resize: sizes[2], window: sizes[3], file: file,
                    samples: Array(Data(base64Encoded: fields[7])!), sums: fields[8...10].map { Int($0)! }))
        }
        return cases
    }()

    @Test func theGoldenFileIsThere() {
        #expect(Self.cases.count == 30)
        #expect(Set(Self.cases.map(\.resize)) == [232, 255, 256])
    }

    /// As a network sees it, undone with torchvision's published constants: within a level of 255 everywhere, and right on the whole.
    @Test(arguments: cases) func isTorchvisions(golden: Case) throws {
        let folder = try TemporaryFolder()
        try ImageFixture.write(to: folder)
        try folder.write("val/Zebra/!.\(golden.format)", golden.file)
        var options = DatasetOptions()
        // 256 is what a network of 224 or 227 gets without a word.
        if golden.resize != 256 { options.resize = golden.resize }
        let shape: Shape = [3, golden.window, golden.window]
        let set = try DatasetSource(parsing: folder.path).open(inputShape: shape, options: options)
        #expect(set.imageShape == [3, golden.resize, golden.resize])
        let shown = try first(of: set, shape)
        let count = golden.window * golden.window
        var largest: Float = 0
        for channel in 0..<3 {
            for sample in 0..<golden.samples.count / 3 {
                let pixel = shown[channel * count + sample * Case.stride % count]
                largest = max(largest, abs(pixel - Float(golden.samples[3 * sample + channel])))
            }
            let sum = shown[channel * count..<(channel + 1) * count].reduce(0.0) { $0 + Double($1) }
            // A hundredth of a level on the average: Pillow 13 takes the axes of high images in the other order.
            #expect(abs(sum - Double(golden.sums[channel])) < 0.01 * Double(count), "\(golden.testDescription)")
        }
        #expect(largest < 1.001, "\(golden.testDescription): \(largest) levels")

        let loose = try LooseImages(
            paths: [folder["val/Zebra/!.\(golden.format)"]], height: golden.resize, width: golden.resize,
            window: (golden.window, golden.window), normalisation: .imageNet)
        #expect(try first(of: loose, shape) == shown)
    }

    /// The first validation image in levels from 0 to 255.
    private func first(of set: any ImageDataset, _ shape: Shape) throws -> [Float] {
        let pipeline = try BatchPipeline(set, .validation, batchSize: 1, inputShape: shape, seed: 1)
        let batch = try pipeline.waitForNext()
        defer { batch.release() }
        let (mean, deviation): ([Float], [Float]) = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
        let plane = shape[1] * shape[2]
        return batch.images.enumerated().map { ($1 * deviation[$0 / plane] + mean[$0 / plane]) * 255 }
    }
}
