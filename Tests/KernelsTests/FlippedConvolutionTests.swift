import KernelChoices
import Networks
import Sessions
import Tensors
import TestSupport
import Testing

/// Gradients of a convolution's input, computed as convolutions by flipped weights, against the plain sum in double precision.
@Suite struct FlippedConvolutionTests {
    /// Kernels with and without a middle, more and less padding before than behind, dilation, groups: none of them symmetric, so
    /// that taps, inputs and outputs that are not turned round are seen.
    @Test(
        arguments: [KernelVariant.flipped, .flippedChannelsLast],
        [
            (16, 32, 3, 1, 1, 1, 6), (32, 16, 5, 2, 1, 1, 8), (32, 96, 3, 0, 1, 2, 5), (16, 16, 2, 1, 1, 1, 5),
            (16, 48, 1, 0, 1, 1, 4),
            (48, 16, 3, 1, 2, 1, 9), (16, 16, 4, 3, 1, 1, 7),
        ])
    func agreesWithThePlainSum(
        variant: KernelVariant,
        test: (inputs: Int, outputs: Int, kernel: Int, padding: Int, dilation: Int, groups: Int, extent: Int)
    ) async throws {
        let network = try network(test.inputs, test.outputs, test.kernel, test.padding, test.dilation, test.groups, test.extent)
        try await ReferenceCheck(kernels: KernelSelection(preferred: variant), takes: variant).run(network, batchSize: 3)
    }

    @Test(
        .needsBFloat16, arguments: [KernelVariant.standard, .flipped, .flippedChannelsLast],
        [(16, 32, 3, 1, 1), (32, 96, 5, 2, 2)])
    func agreesWithThePlainSumInBFloat16(
        variant: KernelVariant, test: (inputs: Int, outputs: Int, kernel: Int, padding: Int, groups: Int)
    ) async throws {
        let network = try network(test.inputs, test.outputs, test.kernel, test.padding, 1, test.groups, 6)
        try await ReferenceCheck(kernels: KernelSelection(preferred: variant), precision: .bf16, slack: 1600)
            .run(network, batchSize: 3)
    }

    @Test func isOfferedAtStrideOneOnly() async throws {
        func isTaken(stride: Int = 1, paddingEnd: Int = 1, outputs: Int = 32) async throws -> Bool {
            let window = try WindowGeometry(
                kernel: [3, 3], stride: [stride, stride], paddingBegin: [1, 1], paddingEnd: [paddingEnd, paddingEnd],
                dilation: [1, 1], operation: "test")
            let network = probe([16, 8, 8]) {
                Applied(Convolution(window: window, groups: 1), parameters: [[outputs, 16, 3, 3], [outputs]], name: "conv")
            }
            let decisions = try await SessionHarness(
                network: network, batch: 2, classes: 4, kernels: KernelSelection(preferred: .flipped)
            ).withSession { session, _ in session.kernelDecisions }
            return decisions.contains { $0.variant == "flipped" && $0.key.hasPrefix("convolution data gradient") }
        }
        #expect(try await isTaken())
        #expect(try await !isTaken(stride: 2))
        // Windows that lie in the padding alone have no place in the convolution of gradients.
        #expect(try await !isTaken(paddingEnd: 3))
        #expect(try await !isTaken(outputs: 24))
    }

    private func network(
        _ inputs: Int, _ outputs: Int, _ kernel: Int, _ padding: Int, _ dilation: Int, _ groups: Int, _ extent: Int
    ) throws -> Network {
        let window = try WindowGeometry(
            kernel: [kernel, kernel], stride: [1, 1], paddingBegin: [padding, max(0, padding - 1)],
            paddingEnd: [max(0, padding - 1), padding], dilation: [dilation, dilation], operation: "test")
        return probe([inputs, extent + 2, extent]) {
            Applied(
                Convolution(window: window, groups: groups),
                parameters: [Shape([outputs, inputs / groups] + window.kernel), [outputs]], name: "conv")
            Tanh()
        }
    }
}
