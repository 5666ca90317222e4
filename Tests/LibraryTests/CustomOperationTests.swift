import Partrain
import Testing

/// An operation of another package, which has nothing but `LoopOperation`: it trains in every mode as any other.
@Suite(.serialized) struct CustomOperationTests {
    static let batch = 13
    static let steps = 10

    /// The parameters before and after some steps on noise.
    private func parameters(
        _ mode: ParallelMode, devices: Int, microBatches: Int?
    ) async throws -> (before: [HostTensor], after: [HostTensor]) {
        let machine = try Machine.discover()
        let group = try DeviceGroup(machine, CoreAssignment(on: machine, devices: devices))
        defer { group.shutdown() }
        let network = bentNetwork()
        let session = try await TrainingSession(
            network, strategy: mode, devices: group, batchSize: Self.batch, microBatches: microBatches, seed: 3)
        try await session.initializeParameters()
        let before = try await session.parameterValues()
        let count = Self.batch * network.inputShape.elementCount
        let random = RandomSource(seed: 3, purpose: .synthesis)
        let images = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
        let labels = UnsafeMutableBufferPointer<Int32>.allocate(capacity: Self.batch)
        defer {
            images.deallocate()
            labels.deallocate()
        }
        for step in 0..<Self.steps {
            random.fillNormal(step: step, range: 0..<count, into: images)
            for example in labels.indices { labels[example] = Int32((example + step) % 3) }
            _ = try await session.train(
                images: images.baseAddress!, labels: labels.baseAddress!, step: step, learningRate: 0.05)
        }
        let after = try await session.parameterValues()
        try await session.end()
        return (before, after)
    }

    @Test func anyNumberOfDevicesComputesTheSameBitsInDataMode() async throws {
        let one = try await parameters(.data, devices: 1, microBatches: 6)
        #expect(zip(one.before, one.after).allSatisfy { $0 != $1 }, "every parameter learns")
        for devices in [2, 3] {
            let several = try await parameters(.data, devices: devices, microBatches: 6)
            #expect(several.after == one.after, "\(devices) devices")
        }
    }

    /// Within the bound that all modes are held to; nothing here decides between two sides.
    @Test(arguments: [(ParallelMode.model, 2), (.model, 4), (.hybrid, 2)])
    func everyModeAgreesWithOneDevice(spread: (mode: ParallelMode, devices: Int)) async throws {
        let one = try await parameters(.single, devices: 1, microBatches: nil)
        let several = try await parameters(spread.mode, devices: spread.devices, microBatches: nil)
        let agreement = Agreement(steps: Self.steps, batchSize: Self.batch, nearTies: 0)
        #expect(several.before == one.before)
        for index in one.after.indices {
            let (before, expected, actual) = (one.before[index].values, one.after[index].values, several.after[index].values)
            let change = zip(before, expected).reduce(0) { max($0, abs(Double($1.0) - Double($1.1))) }
            #expect(change > 0)
            for (a, b) in zip(actual, expected) {
                #expect(abs(Double(a) - Double(b)) <= agreement.allowance(change: change, weight: b), "parameter \(index)")
            }
        }
    }

    /// Neither a kernel nor a loop.
    private struct Unfinished: DifferentiableOperation, Layer {
        let name = "unfinished"
        func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] { inputs }
        func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
            [
                PlacementRule(.batch, [.split(0)], to: [.split(0)]),
                PlacementRule(.nothing, [.replicated], to: [.replicated]),
            ]
        }
        func gradient(
            of node: Node, outputGradients: [ValueID?], needed: [Bool], in builder: inout GraphBuilder
        ) throws(NetworkError) -> [ValueID?] { outputGradients }
        func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
            try builder.inLayer(name) { builder throws(NetworkError) in try builder.add(self, [input])[0] }
        }
    }

    private let unfinished = Network("unfinished", input: [1, 4, 4]) {
        Unfinished()
        Dense(2)
    }

    @Test func anOperationWithoutALoopIsToldWhatItLacks() async throws {
        let machine = try Machine.discover()
        let group = try DeviceGroup(machine, CoreAssignment(on: machine, devices: 2))
        defer { group.shutdown() }
        let error = await #expect(throws: ExecutionError.self) {
            try await TrainingSession(unfinished, strategy: ParallelMode.data, devices: group, batchSize: 4)
        }
        guard case .noKernel(operation: "unfinished") = try #require(error) else {
            Issue.record("\(String(describing: error)) is another error")
            return
        }
        #expect(error?.description.contains("conform to LoopOperation") == true)
    }

    @Test func neitherCanItsGradientBeChecked() throws {
        let error = #expect(throws: GradientCheckError.self) { try GradientCheck().run(unfinished, batchSize: 1) }
        #expect(error == .noLoop(operation: "unfinished", layer: "unfinished"))
        #expect(error?.description.contains("conform to LoopOperation") == true)
    }
}
