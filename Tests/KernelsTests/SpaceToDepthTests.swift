import KernelChoices
import Kernels
import Layouts
import ModelZoo
import Networks
import OneDNN
import Parallelism
import Sessions
import Tensors
import TestSupport
import Testing

/// Convolutions of large stride over the phases of their images, against the plain sum in double precision.
@Suite struct SpaceToDepthTests {
    /// The rounding of Winograd's convolution.
    private let check = ReferenceCheck(kernels: KernelSelection(preferred: .spaceToDepth), takes: .spaceToDepth, slack: 10)

    /// Strides whose phases are copied in runs and one by one; paddings, edges of the image that no kernel reaches, channels
    /// that fill no block, pieces of whole and of broken size.
    @Test(
        .winogradExists,
        arguments: [
            (3, 16, 11, 4, 0, 31, 27, 1), (3, 32, 11, 4, 2, 29, 30, 9), (1, 16, 7, 3, 1, 22, 25, 8), (2, 16, 5, 2, 2, 11, 16, 17),
            (16, 16, 6, 2, 0, 13, 12, 3), (4, 48, 9, 4, 3, 24, 33, 2), (3, 16, 12, 4, 0, 32, 21, 8),
        ])
    func agreesWithThePlainSum(
        test: (inputs: Int, outputs: Int, kernel: Int, stride: Int, padding: Int, height: Int, width: Int, batch: Int)
    ) async throws {
        let network = probe([test.inputs, test.height, test.width]) {
            Conv2D(test.outputs, kernel: test.kernel, stride: test.stride, padding: test.padding, name: "conv")
            ReLU()
        }
        try await check.run(network, batchSize: test.batch)
    }

    @Test(.winogradExists) func isTakenForTheFirstLayerOfAlexNet() async throws {
        let harness = SessionHarness(
            network: try ModelZoo.network(named: "alexnet"), batch: 2, classes: 1000,
            kernels: KernelSelection(preferred: .spaceToDepth))
        let decisions = try await harness.withSession { session, _ in session.kernelDecisions }
        let taken = decisions.filter { $0.variant == "space-to-depth" }
        #expect(Set(taken.map(\.layer)) == ["conv1"])
        #expect(Set(taken.map { $0.key.prefix { $0 != "×" } }) == ["convolution 11", "convolution weight gradient 11"])
    }

    /// Rounded to eight bits of significand, like other products.
    @Test(.needsBFloat16, arguments: [(3, 16, 11, 4, 0, 31, 27, 1), (3, 32, 7, 3, 1, 29, 30, 9), (1, 16, 5, 2, 2, 22, 25, 8)])
    func agreesWithThePlainSumInBFloat16(
        test: (inputs: Int, outputs: Int, kernel: Int, stride: Int, padding: Int, height: Int, width: Int, batch: Int)
    ) async throws {
        let network = probe([test.inputs, test.height, test.width]) {
            Conv2D(test.outputs, kernel: test.kernel, stride: test.stride, padding: test.padding, name: "conv")
            Tanh()
        }
        try await ReferenceCheck(kernels: KernelSelection(preferred: .spaceToDepth), precision: .bf16, slack: 800)
            .run(network, batchSize: test.batch)
    }

    /// Whole pieces, broken ones alone and behind whole ones, in both number formats.
    @Test(.winogradExists, .needsBFloat16, arguments: 1...18) func anyNumberOfImages(batch: Int) async throws {
        let network = probe([3, 15, 16]) {
            Conv2D(16, kernel: 5, stride: 2, padding: 1, name: "conv")
            Tanh()
        }
        try await check.run(network, batchSize: batch)
        try await ReferenceCheck(kernels: KernelSelection(preferred: .spaceToDepth), precision: .bf16, slack: 800)
            .run(network, batchSize: batch)
    }

    /// A library that would rather have other weights for fewer images: all pieces read, or add to, the same.
    @Test(.needsBFloat16, arguments: [Pass.training, .backwardWeights], 1...7)
    func theLastPieceTakesTheOthersWeights(pass: Pass, rest: Int) throws {
        let images = SpaceToDepthConvolution.imagesOfAPiece + rest
        let types = [[images, 3, 31, 31], [32, 3, 11, 11], [images, 32, 6, 6], [32]].map { TensorType.examples(Shape($0)) }
        let (x, weight, y, bias) = (types[0], types[1], types[2], types[3])
        let (inputs, outputs) = pass == .training ? ([x, weight, bias], [y]) : ([x, y], [weight, bias])
        var request = KernelRequest(
            engine: try Engine(), inputs: inputs.map { .init(type: $0, layout: .plain($0.shape.dimensions)) },
            outputs: outputs.map { .init(type: $0) })
        request.precision = .bf16
        let window = try WindowGeometry(kernel: 11, stride: 4, operation: "test")
        let problem = ConvolutionProblem(pass, window, groups: 1, request)
        let isForward = pass == .training
        func weights(_ choice: KernelChoice) -> Layout { isForward ? choice.inputs[1] : choice.outputs[0] }
        let other = Layout.plain([32, 48, 3, 3], type: isForward ? .bf16 : .f32)
        var isOther = false
        let pieces = try SpaceToDepthPieces(problem) { images, asked in
            let choice = try SpaceToDepthPieces.choice(problem, images: images, weights: asked ?? (images == rest ? other : nil))
            if asked == nil, images == rest { isOther = weights(choice).isInterchangeable(with: other) }
            return choice
        }
        #expect(isOther && !weights(pieces.whole).isInterchangeable(with: other))
        #expect(weights(pieces.last).isInterchangeable(with: weights(pieces.whole)))
    }

    /// Whoever computes a micro-batch computes it by the same kernel.
    @Test(.winogradExists) func theBitsDoNotDependOnTheDevices() async throws {
        let network = Network("strided", input: [3, 31, 31]) {
            Conv2D(32, kernel: 11, stride: 4, name: "conv")
            ReLU()
            Dense(3, name: "readout")
        }
        var harness = SessionHarness(
            network: network, mode: .data, microBatches: 4, batch: 10, classes: 3,
            kernels: KernelSelection(preferred: .spaceToDepth))
        let one = try await harness.run(steps: 3).parameters
        for devices in [2, 3, 4] {
            harness.devices = devices
            #expect(try await harness.run(steps: 3).parameters == one, "\(devices) devices")
        }
        harness.kernels = .standard
        #expect(try await harness.run(steps: 3).parameters != one)
    }
}
