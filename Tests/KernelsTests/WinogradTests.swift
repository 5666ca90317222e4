import KernelChoices
import ModelZoo
import Networks
import Parallelism
import Sessions
import Tensors
import TestSupport
import Testing

/// Winograd's convolutions, the library's and the in-house loops, against the plain sum in double precision, and as a choice of a session's.
@Suite struct WinogradTests {
    /// Those that there are on this machine.
    private static let variants: [KernelVariant] = WinogradKernels.exist ? [.winograd, .winogradLoop] : [.winogradLoop]

    /// Pieces of whole and of broken size, groups, images of odd extents and none divisible by the tiles.
    @Test(
        arguments: variants,
        [
            (16, 16, 1, 8, 8, 1), (16, 32, 1, 13, 13, 2), (32, 16, 1, 5, 7, 17), (48, 48, 1, 4, 9, 33), (32, 64, 2, 13, 13, 3),
            (32, 32, 2, 6, 6, 20), (96, 48, 3, 7, 5, 16),
        ])
    func agreesWithThePlainSum(
        variant: KernelVariant, test: (inputs: Int, outputs: Int, groups: Int, height: Int, width: Int, batch: Int)
    ) async throws {
        // How many times the rounding of the direct sum: what is stated in `WinogradConvolution`.
        let check = ReferenceCheck(kernels: KernelSelection(preferred: variant), takes: variant, slack: 10)
        let network = probe([test.inputs, test.height, test.width]) {
            Conv2D(test.outputs, kernel: 3, padding: 1, groups: test.groups, name: "conv")
            ReLU()
        }
        try await check.run(network, batchSize: test.batch)
    }

    @Test(arguments: variants) func isTakenInEveryPassWhereItIsAskedFor(variant: KernelVariant) async throws {
        let decisions = try await decisions(KernelSelection(preferred: variant)).filter(Self.isOfThrees)
        #expect(decisions.allSatisfy { $0.variant == variant.rawValue } && !decisions.isEmpty)
        for pass in ["convolution 3×3", "convolution data gradient", "convolution weight gradient"] {
            #expect(decisions.contains { $0.key.hasPrefix(pass) }, "\(pass)")
        }
    }

    @Test func nothingButTheStandardIsTakenUnasked() async throws {
        let decisions = try await decisions(.standard)
        #expect(!decisions.isEmpty && decisions.allSatisfy { $0.variant == "standard" && $0.seconds.isEmpty })
    }

    @Test func measuringTimesEveryWayAndTakesTheFastest() async throws {
        let decisions = try await decisions(KernelSelection(measures: true))
        let measured = decisions.filter { $0.reason == .measured }
        #expect(!measured.isEmpty)
        let ofThrees = measured.filter(Self.isOfThrees)
        #expect(Set(ofThrees.map(\.layer)).count == 3)
        for decision in ofThrees {
            // Not every library has kernels for flipped weights that are others than the standard one.
            let flipped: Set = decision.key.contains("data gradient") ? ["flipped", "flipped-channels-last"] : []
            let all = Set(["standard"] + Self.variants.map(\.rawValue))
            let measured = Set(decision.seconds.keys)
            #expect(measured.isSuperset(of: all) && measured.subtracting(all).isSubset(of: flipped), "\(decision)")
        }
        for decision in measured {
            let (taken, least) = (try #require(decision.seconds[decision.variant]), try #require(decision.seconds.values.min()))
            // The standard kernel is left for one that is faster by more than the clock's noise.
            #expect(decision.variant == "standard" ? taken <= 1.021 * least : taken == least)
        }
        // What was measured once is known from then on.
        let known = KernelTable(Dictionary(decisions.map { ($0.key, $0.variant) }) { first, _ in first })
        let again = try await self.decisions(KernelSelection(known: known, measures: true))
        #expect(again.allSatisfy { $0.seconds.isEmpty && known.entries[$0.key] == $0.variant })
    }

    /// Whoever computes a micro-batch computes it by the same kernel.
    @Test(arguments: variants) func theBitsDoNotDependOnTheDevices(variant: KernelVariant) async throws {
        var harness = SessionHarness(
            network: try ModelZoo.network(named: "alexnet-small"), mode: .data, microBatches: 4, batch: 10, classes: 10,
            kernels: KernelSelection(preferred: variant))
        let one = try await harness.run(steps: 3).parameters
        for devices in [2, 3, 4] {
            harness.devices = devices
            #expect(try await harness.run(steps: 3).parameters == one, "\(devices) devices")
        }
        harness.kernels = .standard
        #expect(try await harness.run(steps: 3).parameters != one)
    }

    /// Of the layers whose kernels are 3×3.
    private static func isOfThrees(_ decision: KernelDecision) -> Bool {
        ["conv3", "conv4", "conv5"].contains(decision.layer) && decision.key.hasPrefix("convolution")
    }

    private func decisions(_ kernels: KernelSelection) async throws -> [KernelDecision] {
        let harness = SessionHarness(
            network: try ModelZoo.network(named: "alexnet-small"), batch: 4, classes: 10, kernels: kernels)
        return try await harness.withSession { session, _ in session.kernelDecisions }
    }
}
