import Foundation
import Partrain

let network = Network("streaks", input: [1, 16, 16]) {
    Conv2D(8, kernel: 3)
    PReLU()
    AvgPool2D(2)
    Conv2D(8, kernel: 3)
    PReLU()
    Dense(2)
}

/// Trains on two devices; gives the mean loss of the first epoch and of the last.
func train(_ mode: ParallelMode, epochs: Int = 4) async throws -> (first: Double, last: Double) {
    let batches = try BatchPipeline(Streaks(), .training, batchSize: 32, inputShape: network.inputShape, seed: 1)
    let machine = try Machine.discover()
    let devices = try DeviceGroup(machine, CoreAssignment(on: machine, devices: 2))
    let session = try await TrainingSession(network, strategy: mode, devices: devices, batchSize: 32)
    try await session.initializeParameters()
    var losses = [Double](repeating: 0, count: epochs)
    for step in 0..<epochs * batches.batchesPerEpoch {
        let batch = try await batches.next()
        let loss = try await session.train(on: batch, step: step, learningRate: 0.02).loss
        losses[step / batches.batchesPerEpoch] += loss / Double(batches.batchesPerEpoch)
        batch.release()
    }
    try await session.end()
    devices.shutdown()
    return (losses[0], losses[epochs - 1])
}

let reports = [
    try GradientCheck().run(LeakyRectification(), inputs: [.examples([2, 3, 4, 4]), .channels(3)]),
    try GradientCheck(elements: 20).run(network, batchSize: 2),
]
for report in reports { print(report) }
var isRight = reports.allSatisfy(\.isRight)
for mode in [ParallelMode.data, .model] {
    let (first, last) = try await train(mode)
    print("\(mode) mode on two devices: the loss falls from \(first) to \(last)")
    isRight = isRight && last < first / 2
}
exit(isRight ? EXIT_SUCCESS : EXIT_FAILURE)
