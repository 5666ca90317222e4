import Datasets
import Devices
import Execution
import Networks
import Parallelism
import Tensors
import Testing
import Topology
import Training

/// The example of README.md, on the synthetic set.
@Suite struct LibraryExampleTests {
    @Test func aNetworkOfTenLinesTrainsOnFourDevices() async throws {
        let network = Network("tiny", input: [1, 28, 28]) {
            Conv2D(8, kernel: 5, padding: 2, name: "conv")
            ReLU()
            MaxPool2D(2)
            Dense(4, name: "head")
        }
        let data = try DatasetSource(parsing: "synthetic:classes=4,train=512,val=64").open(inputShape: network.inputShape)
        let batches = try BatchPipeline(data, .training, batchSize: 64, inputShape: network.inputShape, seed: 1)
        let machine = try Machine.discover()
        let devices = try DeviceGroup(machine, CoreAssignment(on: machine, devices: 4))
        let session = try await TrainingSession(network, strategy: ParallelMode.data, devices: devices, batchSize: 64)
        try await session.initializeParameters()
        var losses = [Double]()
        for step in 0..<64 {
            let batch = try await batches.next()
            losses.append(try await session.train(on: batch, step: step, learningRate: 0.02).loss)
            batch.release()
        }
        try await session.end()
        devices.shutdown()
        #expect(losses.suffix(8).reduce(0, +) < losses.prefix(8).reduce(0, +))
    }
}
