import KernelChoices
import Networks
import Sessions
import Tensors
import TestSupport
import Testing

@Suite struct KernelSelectionTests {
    /// Layers of one shape: measured twice, they might be given two kernels, of which a table of what was chosen keeps one.
    @Test func whatIsComputedTwiceIsMeasuredOnce() async throws {
        let network = probe([4, 8, 8]) {
            for number in 1...3 { Conv2D(4, kernel: 3, padding: 1, name: "conv\(number)") }
        }
        func decisions(_ kernels: KernelSelection) async throws -> [KernelDecision] {
            try await SessionHarness(network: network, batch: 16, classes: 4, kernels: kernels)
                .withSession { session, _ in session.kernelDecisions }
        }
        let first = try await decisions(KernelSelection(measures: true))
        #expect(Set(first.filter { !$0.seconds.isEmpty }.map(\.layer)).isSuperset(of: ["conv1", "conv3"]))
        let byKey = Dictionary(grouping: first, by: \.key)
        #expect(byKey.values.contains { Set($0.map(\.layer)).count == 3 })
        for (key, decisions) in byKey {
            #expect(Set(decisions.map(\.variant)).count == 1, "\(key)")
            #expect(decisions.count { !$0.seconds.isEmpty } == 1, "\(key)")
        }
        let again = try await decisions(KernelSelection(known: KernelTable(first), measures: true))
        #expect(again.map(\.layer) == first.map(\.layer) && again.map(\.variant) == first.map(\.variant))
        #expect(again.allSatisfy { $0.seconds.isEmpty })
    }
}
