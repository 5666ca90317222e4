import Execution
import Networks
import Tensors
import Testing

/// Gradients of a convolution's weights in bfloat16, two pictures at a time, against the plain sum in double precision and against the
/// library's, which rounds the same numbers.
@Suite struct PicturePairsTests {
    /// Numbers of pictures that are odd, blocks of outputs that are odd, groups, rows that are cut into several parts, paddings that
    /// differ before and behind, both widths of kernels.
    @Test(
        .needsBFloat16, .picturePairsExist, arguments: [KernelVariant.picturePairs, .standard],
        [
            (16, 16, 3, 3, 1, 1, 7, 2), (32, 48, 3, 3, 1, 0, 9, 3), (32, 64, 5, 5, 2, 2, 11, 4), (32, 96, 3, 5, 2, 1, 13, 1),
            (16, 16, 1, 3, 1, 0, 40, 2), (48, 16, 3, 3, 1, 2, 6, 5), (64, 32, 5, 5, 2, 4, 17, 2),
        ])
    func agreesWithThePlainSum(
        variant: KernelVariant,
        test: (inputs: Int, outputs: Int, rows: Int, columns: Int, groups: Int, padding: Int, extent: Int, batch: Int)
    ) async throws {
        let window = try WindowGeometry(
            kernel: [test.rows, test.columns], stride: [1, 1],
            paddingBegin: [min(test.padding, test.rows - 1), test.padding], paddingEnd: [0, test.padding], dilation: [1, 1],
            operation: "test")
        let network = probe([test.inputs, test.extent + 2, test.extent]) {
            Applied(
                Convolution(window: window, groups: test.groups),
                parameters: [Shape([test.outputs, test.inputs / test.groups] + window.kernel), [test.outputs]], name: "conv")
            Tanh()
        }
        let kernels = KernelSelection(preferred: variant)
        let decisions = try await SessionHarness(
            network: network, batch: test.batch, classes: 4, kernels: kernels, precision: .bf16
        ).withSession { session, _ in session.kernelDecisions }
        #expect(
            decisions.contains { $0.variant == variant.rawValue && $0.key.hasPrefix("convolution weight gradient") },
            "\(decisions)")
        try await ReferenceCheck(kernels: kernels, precision: .bf16, slack: 2400).run(network, batchSize: test.batch)
    }
}

extension Trait where Self == ConditionTrait {
    fileprivate static var picturePairsExist: Self {
        .enabled("this processor does not multiply pairs of bfloat16") {
            let window = try WindowGeometry(kernel: 3, operation: "test")
            return PicturePairs.isPossible(window, weight: [16, 16, 3, 3], groups: 1)
        }
    }
}
