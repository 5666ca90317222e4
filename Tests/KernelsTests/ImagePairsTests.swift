import KernelChoices
import Kernels
import Networks
import OneDNN
import Sessions
import Tensors
import TestSupport
import Testing

/// Gradients of a convolution's weights in bfloat16, two images at a time, against the plain sum in double precision and against the
/// library's, which rounds the same numbers.
@Suite struct ImagePairsTests {
    /// Numbers of images that are odd, blocks of outputs that are odd, groups, rows that are cut into several parts, paddings that
    /// differ before and behind, both widths of kernels.
    @Test(
        .needsBFloat16, .imagePairsExist, arguments: [KernelVariant.imagePairs, .standard],
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

    /// Ours, the library's and the sum in double precision, of the same rounded numbers: what is left is the rounding of sums in single
    /// precision, 2⁻²⁴ of each partial sum, of which a sum of n normal terms meets some n / 5; 2⁻²² of all terms' sizes is ten times that.
    @Test(
        .needsBFloat16, .imagePairsExist,
        arguments: [
            (16, 16, 3, 9, 7, 1, 1), (32, 48, 3, 11, 9, 3, 1), (32, 64, 5, 13, 11, 4, 2), (64, 32, 5, 19, 17, 2, 2),
            (96, 64, 5, 7, 7, 5, 2), (64, 96, 3, 6, 6, 3, 1),
        ])
    func isTheLibrarysButForRounding(
        test: (inputs: Int, outputs: Int, kernel: Int, height: Int, width: Int, batch: Int, groups: Int)
    ) throws {
        let window = try WindowGeometry(kernel: test.kernel, padding: test.kernel / 2, operation: "test")
        let weight = Shape([test.outputs, test.inputs / test.groups, test.kernel, test.kernel])
        func pass(_ value: @escaping (Float) -> Float) throws -> Passes.Pass {
            try Passes(
                Convolution(window: window, groups: test.groups), x: [test.batch, test.inputs, test.height, test.width],
                parameters: [weight, [test.outputs]]
            ) { shape, number in
                Operand(shape, Operand(random: shape, stream: number).values.map { value($0.roundedToBFloat16) })
            }.weights
        }
        let (product, sizes) = (try pass { $0 }, try pass { abs($0) })
        func gradients(_ variant: KernelVariant) throws -> [[Float]] {
            try VariantRun(product.operation, product.operands, variant: variant, precision: .bf16, groups: test.groups).outputs
        }
        let (pairs, library) = (try gradients(.imagePairs), try gradients(.standard))
        let (exact, size) = (try product.reference(), try sizes.reference())
        for output in exact.indices {
            for index in exact[output].indices {
                let allowed = 0x1p-22 * size[output][index]
                let (ours, theirs) = (Double(pairs[output][index]), Double(library[output][index]))
                guard abs(ours - exact[output][index]) <= allowed, abs(ours - theirs) <= 2 * allowed else {
                    Issue.record(
                        "output \(output)[\(index)] is \(ours), the library's \(theirs), the sum \(exact[output][index])")
                    return
                }
            }
        }
    }
}

extension Trait where Self == ConditionTrait {
    static var imagePairsExist: Self {
        .enabled("this processor does not multiply pairs of bfloat16") {
            let window = try WindowGeometry(kernel: 3, operation: "test")
            return ImagePairs.isPossible(window, weight: [16, 16, 3, 3], groups: 1)
        }
    }
}
