import CAllocationCounter
import Devices
import KernelChoices
import ModelZoo
import Networks
import Parallelism
import Tensors
import TestSupport
import Testing

/// What a step does beside computing: where it runs, and what it asks of the heap.
@Suite(.serialized) struct SteadyStepTests {
    @Test(.needsPinning, arguments: [(ParallelMode.data, 2), (.data, 8), (.model, 2), (.hybrid, 4)])
    func everyItemRunsOnTheCoreOfItsLane(mode: ParallelMode, devices: Int) async throws {
        let harness = SessionHarness(
            network: try ModelZoo.network(named: "alexnet-small"), mode: mode, devices: devices, batch: 8, classes: 10)
        try await harness.withSession { session, group in
            await group.startTimeline(capacity: 10_000)
            for step in 0..<3 { _ = try await harness.train(session, step: step) }
            let timeline = await group.stopTimeline()
            #expect(timeline.rows.count == devices)
            for (row, lane) in zip(timeline.rows, group.lanes) {
                #expect(row.cores == [lane.executor.core], "device \(row.device)")
                #expect(row.dropped == 0)
                // Every item of the plan in every step: none is missing from the record.
                let labels = row.events.map(\.label)
                #expect(!labels.isEmpty && labels.count % 3 == 0)
                #expect(Array(labels.prefix(labels.count / 3)) == Array(labels.suffix(labels.count / 3)))
            }
        }
    }

    /// Counts the allocations on the lanes' threads in ten steps, but for two kinds that are not ours to avoid. oneDNN makes a table of
    /// a primitive's arguments whenever one is executed, by C++'s `operator new`, which Swift code never calls: about 250 small pieces
    /// in a step of this network; its products for narrower vectors take buffers of their own. By libdispatch a lane hands the host's
    /// waiting task back to the host's threads: two at a step's end.
    @Test(
        .enabled(if: callocationcounter_counts(), "a sanitizer or another C library allocates here"),
        arguments: [(ParallelMode.single, 1), (.data, 2), (.data, 4), (.model, 2), (.hybrid, 2)])
    func aSteadyStepAllocatesNothing(mode: ParallelMode, devices: Int) async throws {
        try await expectNoAllocations(
            SessionHarness(
                network: try ModelZoo.network(named: "alexnet-small"), mode: mode, devices: devices, batch: 8, classes: 10))
    }

    @Test(.enabled(if: callocationcounter_counts(), "a sanitizer or another C library allocates here"))
    func aBatchInnermostSteadyStepAllocatesNothing() async throws {
        try await expectNoAllocations(
            SessionHarness(
                network: try ModelZoo.network(named: "lenet5"), mode: .data, devices: 2, batch: 32, classes: 10,
                kernels: KernelSelection(preferred: .batchInnermost))
        )
    }

    private func expectNoAllocations(_ harness: SessionHarness) async throws {
        try await harness.withSession { session, group in
            #expect(["libstdc++", "libdnnl", "libdispatch"].allSatisfy { (name: String) in callocationcounter_set_apart(name) })
            for step in 0..<3 { _ = try await harness.train(session, step: step) }
            let none = try await allocations(group) {}
            let ten = try await allocations(group) {
                for step in 3..<13 { _ = try await harness.train(session, step: step) }
            }
            #expect(ten == none, "per lane, between two readings")
        }
    }

    /// A network of in-house loops alone: where no oneDNN primitive is executed, nothing calls `operator new` either.
    @Test(
        .enabled(if: callocationcounter_counts(), "a sanitizer or another C library allocates here"),
        arguments: [(ParallelMode.single, 1), (.data, 2), (.model, 2)])
    func aStepWithoutPrimitivesCallsNoOperatorNew(mode: ParallelMode, devices: Int) async throws {
        let network = Network("loops", input: [4, 2, 2]) {
            ChannelScale(name: "scale")
            Bias(name: "bias")
            SelectChannels([3, 0, 0, 1])
            Dropout(0.3)
            Flatten()
            RadialBasisOutput(centers: (0..<4).map { row in (0..<16).map { ($0 * row) % 3 == 0 ? 1 : -1 } })
        }
        let harness = SessionHarness(network: network, mode: mode, devices: devices, batch: 8, classes: 4)
        try await harness.withSession { session, group in
            #expect(["libstdc++", "libdnnl", "libdispatch"].allSatisfy { (name: String) in callocationcounter_set_apart(name) })
            for step in 0..<3 { _ = try await harness.train(session, step: step) }
            let count = { @Sendable in
                callocationcounter_of_this_thread() + callocationcounter_of_this_thread_by("libstdc++")
                    + callocationcounter_of_this_thread_by("libdnnl")
            }
            let none = try await allocations(group, of: count) {}
            let ten = try await allocations(group, of: count) {
                for step in 3..<13 { _ = try await harness.train(session, step: step) }
            }
            #expect(ten == none, "per lane, between two readings")
        }
    }

    /// How many allocations each lane's thread makes between two readings, the readings' own included, while `body` runs.
    /// Lanes that share a core share its thread, and count each other's.
    private func allocations(
        _ group: DeviceGroup, of count: @escaping @Sendable () -> UInt64 = { callocationcounter_of_this_thread() },
        _ body: () async throws -> Void
    ) async throws -> [UInt64] {
        var before = [UInt64]()
        for lane in group.lanes { before.append(await lane.perform { _ in count() }) }
        try await body()
        var counts = [UInt64]()
        for (lane, start) in zip(group.lanes, before) { counts.append(await lane.perform { _ in count() } - start) }
        return counts
    }
}
