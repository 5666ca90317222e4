import ModelZoo
import Networks
import Parallelism
import Tensors
import Testing

@Suite struct AgreementTests {
    @Test func smoothNetworksAreAllowedNoNearTies() throws {
        let ties = try ["lenet5", "lenet5-1998", "alexnet-small", "alexnet-simplified", "alexnet"].map { name in
            Agreement.nearTies(in: try ModelZoo.network(named: name).graph(batchSize: 4, purpose: .training))
        }
        #expect(ties == [0, 0, 3, 3, 3])
    }

    @Test func theBoundIsAShareOfTheChangeAndTheRoundingOfTheWeight() {
        let smooth = Agreement(steps: 5, batchSize: 32, nearTies: 0)
        #expect(smooth.shareOfChange == 1e-3 && smooth.rounding == 7 * 0x1p-24)
        #expect(smooth.allowance(change: 2, weight: -8) == 2e-3 + 56 * 0x1p-24)
        #expect(smooth.allowance(change: 0, weight: 0) == 0)
        #expect(Agreement(steps: 5, batchSize: 32, nearTies: 4).shareOfChange == 4.0 / 160)
    }

    /// Twice a distance seen is allowed afterwards, and no more than that.
    @Test(arguments: [0.0, 0.3, 0.5, 0.6, 1.34, 7, .infinity, .nan]) func nearTiesExplainTwiceADistance(share: Double) {
        let agreement = Agreement(steps: 5, batchSize: 32, nearTies: 3)
        let ties = agreement.nearTies(explaining: share, batchSize: 32)
        guard !(share <= 0.5) else { return #expect(ties == 0) }
        let wider = Agreement(steps: 5, batchSize: 32, nearTies: ties)
        guard share.isFinite else { return #expect(wider.shareOfChange > Agreement.widestShare) }
        #expect(ties > 3 && wider.shareOfChange >= min(2 * share * agreement.shareOfChange, 1e6))
        #expect(share > 1e3 || wider.shareOfChange < 2 * share * agreement.shareOfChange + 1.0 / 160)
    }

    /// What a normalisation takes out is compared to the network's largest change; elsewhere each parameter to its own.
    @Test func changesThatCancelCountAsAShareOfTheLargest() throws {
        func graph(_ layers: @escaping () -> [any Layer]) throws -> Graph {
            let network = Network("agreement", input: [2, 4, 4]) {
                Conv2D(3, kernel: 3, name: "conv")
                Sequential { for layer in layers() { layer } }
                Dense(3, name: "fc")
            }
            return try network.graph(batchSize: 4, purpose: .training)
        }
        #expect(Agreement.counted([2, 1e-9, 0.5], in: try graph { [BatchNorm(name: "bn")] }) == [2, 0.02, 0.5])
        #expect(Agreement.counted([2, 1e-9, 0.5], in: try graph { [] }) == [2, 1e-9, 0.5])
    }
}
