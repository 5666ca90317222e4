import Devices
import KernelChoices
import Kernels
import Networks
import Parallelism
import Planning
import Sessions
import Tensors
import TestSupport
import Testing
import Topology

/// Hands its input on, and fails where the block of the batch is not the first.
private struct Fragile: DifferentiableOperation, ComputableOperation, KernelImplementation, Layer {
    struct Broken: Error, CustomStringConvertible { let description = "broken on purpose" }
    final class Breaking: Kernel {
        func run(_ step: StepArguments) throws { throw Broken() }
    }

    var isFirst = true
    var name: String { "fragile" }

    func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] { inputs }
    func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        [
            PlacementRule(.batch, [.split(0)], to: [.split(0)]),
            PlacementRule(.nothing, [.replicated], to: [.replicated]),
        ]
    }
    func localized(to block: LocalBlock) -> any Networks.Operation { Fragile(isFirst: block.outputRanges[0][0].lowerBound == 0) }
    func gradient(
        of node: Node, outputGradients: [ValueID?], needed: [Bool], in builder: inout GraphBuilder
    ) throws(NetworkError) -> [ValueID?] { outputGradients }

    func kernel(for request: KernelRequest) throws -> KernelChoice {
        let layout = request.inputs[0].layout
        return KernelChoice(inputs: [layout], outputs: [layout], origin: .loop, implementation: "fragile") { _ in
            guard isFirst else { return Breaking() }
            return LoopKernel { _ in }
        }
    }

    func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        try builder.inLayer("glass") { builder throws(NetworkError) in try builder.add(self, [input], named: "fragile")[0] }
    }
}

@Suite struct FailureTests {
    /// Without a gradient no barrier follows: the first device is done with its step, and waits, when the second fails.
    @Test(.timeLimit(.minutes(30))) func aFailingDeviceEndsTheStepOnAllAndSaysWhichItWas() async throws {
        let network = Network("fragile", input: [1, 4, 4]) {
            Dense(3, name: "head")
            Fragile()
        }
        let machine = try Machine.discover()
        let devices = try DeviceGroup(machine, CoreAssignment(on: machine, devices: 2))
        let session = try await TrainingSession(network, strategy: ParallelMode.data, devices: devices, batchSize: 4)
        let images = [Float](repeating: 1, count: 4 * 16)
        let labels = [Int32](repeating: 0, count: 4)
        for _ in 0..<2 {
            let error = await #expect(throws: ExecutionError.self) {
                let copy = UnsafeMutablePointer<Float>.allocate(capacity: images.count)
                copy.initialize(from: images, count: images.count)
                let classes = UnsafeMutablePointer<Int32>.allocate(capacity: labels.count)
                classes.initialize(from: labels, count: labels.count)
                defer {
                    copy.deallocate()
                    classes.deallocate()
                }
                _ = try await session.evaluate(images: copy, labels: classes, count: 4)
            }
            #expect(error?.description.contains("device 1") == true)
            #expect(error?.description.contains("broken on purpose") == true)
        }
        await #expect(throws: ExecutionError.self) { try await session.end() }
        devices.shutdown()
    }

    /// The first device whose block is not the first one's fails, whatever the others do; nothing is to be had afterwards.
    @Test(.timeLimit(.minutes(30)), arguments: [(2, 1), (3, 1), (4, 1), (1, 2), (2, 2), (4, 2)])
    func aFailingStepNamesDeviceLaneStepAndLayer(devices: Int, lanes: Int) async throws {
        let network = Network("fragile", input: [1, 4, 4]) {
            Dense(3, name: "head")
            Fragile()
        }
        let harness = SessionHarness(network: network, mode: .data, devices: devices, lanes: lanes, batch: 8, classes: 3)
        let wanted =
            "device \(devices > 1 ? 1 : 0), lane \(devices > 1 ? 0 : 1), step 7: fragile of glass failed: broken on purpose"
        var sentences: [String] = []
        do {
            try await harness.withSession { session, _ in
                for _ in 0..<2 {
                    do { _ = try await harness.train(session, step: 7) } catch { sentences.append("\(error)") }
                }
                do { _ = try await session.parameterValues() } catch { sentences.append("\(error)") }
                do { _ = try await session.optimizerState() } catch { sentences.append("\(error)") }
            }
        } catch { sentences.append("\(error)") }
        #expect(sentences == Array(repeating: wanted, count: 5))
    }
}
