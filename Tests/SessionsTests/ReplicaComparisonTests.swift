import ModelZoo
import Networks
import Parallelism
import Sessions
import Tensors
import TestSupport
import Testing

@Suite(.serialized) struct ReplicaComparisonTests {
    private func differences(
        _ mode: ParallelMode, devices: Int, inspection: ExchangeInspection? = nil
    ) async throws -> (differences: [ReplicaDifference], bytes: Int) {
        let harness = SessionHarness(
            network: try ModelZoo.network(named: "alexnet-small"), mode: mode, devices: devices, microBatches: 8, batch: 9,
            classes: 10,
            inspection: inspection)
        return try await harness.withSession { session, _ in
            for step in 0..<2 { _ = try await harness.train(session, step: step) }
            return try await session.replicaDifferences()
        }
    }

    @Test(arguments: [(ParallelMode.data, 3), (.hybrid, 4), (.model, 3)]) func copiesAreEqual(
        mode: ParallelMode, devices: Int
    ) async throws {
        let found = try await differences(mode, devices: devices)
        #expect(found.differences == [] && found.bytes > 0)
    }

    @Test func nothingIsComparedWhereThereIsOneCopy() async throws {
        let found = try await differences(.data, devices: 1)
        #expect(found.differences == [] && found.bytes == 0)
    }

    /// An error in what a device takes over from the others is in its copy alone.
    @Test func aCopyThatDiffersIsNamed() async throws {
        let sites = ExchangeInspection()
        _ = try await differences(.data, devices: 3, inspection: sites)
        let site = try #require(sites.sites.last { $0.kind == "all-gather" && $0.tensor == "conv3.weight" && $0.device == 2 })
        let inspection = ExchangeInspection()
        inspection.inject(ExchangeFault(step: 1, site: site, element: 12_345))
        let found = try await differences(.data, devices: 3, inspection: inspection)
        let injected = try #require(inspection.takeFindings().injected)
        #expect(
            found.differences == [
                ReplicaDifference(
                    parameter: "conv3.weight", device: 2, first: 0, index: try #require(injected.index),
                    expected: injected.before,
                    found: injected.after, count: 1)
            ])
    }
}
