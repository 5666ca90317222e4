import Devices
import ModelZoo
import Networks
import Parallelism
import Sessions
import Testing
import Topology

/// Published AlexNet's plans, counted: what waits, what is copied, what is not computed.
@Suite(.serialized) struct AlexNetPlanTests {
    /// The items of worker 0, without their numbers. Parameters are not set, so that their memory is never touched.
    private func plan(_ mode: ParallelMode, devices: Int) async throws -> [String] {
        let machine = try Machine.discover()
        let group = try DeviceGroup(machine, try CoreAssignment(on: machine, devices: devices))
        defer { group.shutdown() }
        let session = try await TrainingSession(
            try ModelZoo.network(named: "alexnet"), strategy: mode, devices: group, batchSize: 8)
        let description = session.planDescription
        try await session.end()
        return description.split(separator: "\n").map { line in String(line.drop { $0 == " " || $0.isNumber }) }
    }

    /// - data mode: before the gradients are summed, and before the updated slices are gathered.
    /// - model mode: before what is gathered for convolution 3, the three dense layers and the loss, and before the sums of the
    ///   gradients of the former four.
    /// - hybrid mode: before what is gathered for the dense layers and the loss, the sums of the gradients of the former three, and as
    ///   in data mode.
    @Test(arguments: [(ParallelMode.single, 1, 0), (.data, 2, 2), (.data, 4, 2), (.model, 2, 9), (.hybrid, 2, 9)])
    func lanesMeetNoMoreOftenThanTheyMust(mode: ParallelMode, devices: Int, waits: Int) async throws {
        let plan = try await plan(mode, devices: devices)
        #expect(plan.count { $0.hasPrefix("wait for ") } == waits)
    }

    @Test func dataModeExchangesNothingButParametersAndGradients() async throws {
        let plan = try await plan(.data, devices: 2)
        let waits = plan.indices.filter { plan[$0].hasPrefix("wait for 1 worker before ") }
        try #require(waits.count == 2)
        let collectives = ["all-gather", "all-reduce", "reduce-scatter", "all-to-all", "slice"]
        #expect(!plan[..<waits[1]].contains { item in collectives.contains { item.hasPrefix($0) } })
        #expect(plan[waits[0]..<waits[1]].dropFirst().allSatisfy { $0.hasPrefix("update") && $0.hasSuffix("a slice") })
        #expect(plan[waits[1]...].dropFirst().allSatisfy { $0.hasPrefix("all-gather of ") })
    }

    @Test func theFirstLayerComputesNoGradientOfTheImages() async throws {
        let plan = try await plan(.single, devices: 1)
        #expect(plan.count { $0.hasPrefix("convolution weight gradient of") } == 5)
        let layers = plan.filter { $0.hasPrefix("convolution data gradient of") }.map { $0.split(separator: " ")[4] }
        #expect(layers == ["conv5", "conv4", "conv3", "conv2"])
    }

    /// Where blocked images become rows for the dense layers and back, and weights that the data gradient's kernel reads in another
    /// order than the forward pass's. Kernels for narrower vectors want the first layer's images in another order, too.
    @Test(arguments: [(ParallelMode.single, 1), (.data, 2), (.model, 2), (.hybrid, 2)])
    func nothingElseIsReordered(mode: ParallelMode, devices: Int) async throws {
        let plan = try await plan(mode, devices: devices)
        let isWide = plan.contains { $0.hasPrefix("convolution of conv2") && $0.contains("avx512") }
        let reordered = plan.filter { $0.hasPrefix("reorder") }.map { String($0.split(separator: " ")[2]) }
        let expected = ["pool3", "∇flatten1.input", "conv5.weight", "conv4.weight", "conv3.weight", "conv2.weight"]
        if isWide {
            #expect(reordered == expected)
        } else {
            let known = Set(expected + ["images", "conv1.weight", "∇conv1.weight"])
            #expect(reordered.filter { !known.contains($0) } == [] && Set(reordered).count == reordered.count)
        }
    }
}
