import Foundation
import Partrain
import Testing

/// The example of README.md: one import is enough for it, and it learns.
@Suite struct ReadmeExampleTests {
    @Test func aNetworkOfFourLayersTrainsOnFourDevices() async throws {
        var losses = [Double]()
        func print(_ loss: Double) { losses.append(loss) }

        let network = Network("tiny", input: [1, 28, 28]) {
            Conv2D(8, kernel: 5)
            ReLU()
            MaxPool2D(2)
            Dense(4)
        }
        let data = try DatasetSource(parsing: "synthetic:classes=4,train=512,val=64").open(inputShape: network.inputShape)
        let batches = try BatchPipeline(data, .training, batchSize: 64, inputShape: network.inputShape, seed: 1)
        let machine = try Machine.discover()
        let devices = try DeviceGroup(machine, CoreAssignment(on: machine, devices: 4))
        let session = try await TrainingSession(network, strategy: ParallelMode.data, devices: devices, batchSize: 64)
        try await session.initializeParameters()
        for step in 0..<64 {
            let batch = try await batches.next()
            print(try await session.train(on: batch, step: step, learningRate: 0.02).loss)
            batch.release()
        }

        try await session.end()
        devices.shutdown()
        #expect(losses.count == 64)
        #expect(losses.suffix(8).reduce(0, +) < losses.prefix(8).reduce(0, +))
    }

    /// What a reader copies is what is tested above.
    @Test func theExampleIsTheOneThatIsTested() throws {
        func lines(_ text: some StringProtocol) -> [String] {
            text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
        }
        let here = URL(fileURLWithPath: #filePath)
        let root = here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let readme = try String(contentsOf: root.appendingPathComponent("README.md"), encoding: .utf8)
        let begin = try #require(readme.range(of: "```swift\n")).upperBound
        let end = try #require(readme.range(of: "```", range: begin..<readme.endIndex)).lowerBound
        let example = lines(readme[begin..<end])
        #expect(example.first == "import Partrain" && example.count > 10)
        let tested = lines(try String(contentsOf: here, encoding: .utf8))
        let first = try #require(tested.firstIndex(of: example[1]))
        #expect(Array(tested[first...].prefix(example.count - 1)) == Array(example.dropFirst()))
    }
}
