import Networks
import Tensors
import TestSupport
import Testing

/// Every differentiable operation over random shapes, through the planner and the kernels of one device: all outputs, and the
/// gradients by its input and by its parameters, against the plain loops.
@Suite struct OperationKernelTests {
    let check = ReferenceCheck()

    @Test(arguments: 0..<40) func convolution(seed: Int) async throws {
        var random = RandomCases(seed: seed)
        let (window, extents) = try random.window(largest: 4, dilated: true)
        let groups = random.integer(1...3)
        let (inputs, outputs) = (random.channels(), groups * random.channels())
        let weight = Shape([outputs, inputs] + window.kernel)
        let network = probe(Shape([groups * inputs] + extents), isBlocked: seed % 4 == 3) {
            Applied(Convolution(window: window, groups: groups), parameters: [weight] + (seed % 2 == 0 ? [[outputs]] : []))
        }
        try await check.run(network, batchSize: random.integer(1...3))
    }

    @Test(arguments: 0..<12) func depthwiseConvolution(seed: Int) async throws {
        var random = RandomCases(seed: 100 + seed)
        let (window, extents) = try random.window(largest: 3, dilated: seed % 3 == 0)
        let channels = random.channels()
        let outputs = channels * random.integer(1...2)
        let network = probe(Shape([channels] + extents), isBlocked: seed % 2 == 1) {
            Applied(Convolution(window: window, groups: channels), parameters: [Shape([outputs, 1] + window.kernel), [outputs]])
        }
        try await check.run(network, batchSize: random.integer(1...2))
    }

    /// Fused into what stands before, and alone.
    @Test(arguments: [Activation.Function.relu, .tanh, .tanh(amplitude: 1.7159, slope: 2 / 3), .sigmoid, .gelu], [3, 16, 33])
    func activation(function: Activation.Function, channels: Int) async throws {
        let network = probe([channels, 3, 5]) {
            Applied(Activation(function), name: "alone")
            Conv2D(channels, kernel: 3, padding: 1, name: "conv")
            Applied(Activation(function), name: "behind a convolution")
            Dense(channels, name: "dense")
            Applied(Activation(function), name: "behind a dense layer")
        }
        try await check.run(network, batchSize: 3)
    }

    @Test(arguments: 0..<12) func innerProduct(seed: Int) async throws {
        var random = RandomCases(seed: 200 + seed)
        let shape: Shape = [random.channels(), random.integer(1...7), random.integer(1...7)]
        let network = probe(shape) {
            if seed % 3 == 0 { Conv2D(shape[0], kernel: 1, name: "conv") }
            Dense(random.channels(), bias: seed % 2 == 0, name: "dense")
        }
        try await check.run(network, batchSize: random.integer(1...5))
    }

    @Test(arguments: 0..<24) func maxPooling(seed: Int) async throws {
        var random = RandomCases(seed: 300 + seed)
        let (window, extents) = try random.window(largest: 4, dilated: false)
        let rounded = seed % 2 == 0 ? window : try window.roundingUp(for: extents, operation: "test")
        let network = probe(Shape([random.channels()] + extents), isBlocked: seed % 4 > 1) {
            Applied(MaxPooling(window: rounded, keepsWinners: true))
        }
        try await check.run(network, batchSize: random.integer(1...3))
    }

    @Test(arguments: 0..<24) func averagePooling(seed: Int) async throws {
        var random = RandomCases(seed: 400 + seed)
        let (window, extents) = try random.window(largest: 4, dilated: false)
        let rounded = seed % 2 == 0 ? window : try window.roundingUp(for: extents, operation: "test")
        let network = probe(Shape([random.channels()] + extents), isBlocked: seed % 4 > 1) {
            Applied(AveragePooling(window: rounded, countsPadding: seed % 8 < 4))
        }
        try await check.run(network, batchSize: random.integer(1...3))
    }

    @Test(
        arguments: [
            (1, 1, 1), (3, 1, 4), (5, 1, 7), (5, 2, 3), (5, 2, 8), (5, 1, 16), (5, 2, 16), (5, 1, 20), (5, 3, 24), (7, 2, 5),
        ],
        [false, true])
    func responseNormalization(size: (size: Int, groups: Int, channels: Int), isBlocked: Bool) async throws {
        let network = probe([size.groups * size.channels, 3, 2], isBlocked: isBlocked) {
            // α far above the published one, so that the sum has a say.
            LocalResponseNorm(size: size.size, alpha: 0.4, beta: 0.75, k: 2, groups: size.groups)
        }
        try await check.run(network, batchSize: 2)
    }

    @Test(arguments: [Float(0), 0.3, 0.5]) func dropout(probability: Float) async throws {
        let network = probe([3, 3, 3]) {
            Dropout(probability)
            Dense(19, name: "dense")
            Dropout(probability)
        }
        try await check.run(network, batchSize: 3)
    }

    @Test(arguments: [Shape([1, 1, 1]), [3, 2, 3], [16, 3, 3], [33, 1, 2]], [false, true])
    func channelsAlone(shape: Shape, isBlocked: Bool) async throws {
        let network = probe(shape, isBlocked: isBlocked) {
            ChannelScale(name: "scale")
            Bias(name: "bias")
            ChannelScale(inputScale: 4, weightInitializer: .normal(standardDeviation: 0.3), name: "scaled")
        }
        try await check.run(network, batchSize: 2)
    }

    static let probedShapes: [(shape: Shape, isBlocked: Bool)] = [([3, 2, 3], false), ([16, 3, 3], true), ([33, 1, 2], true)]

    /// Alone, and with what is made part of it.
    @Test(
        arguments: [BatchStatistics.microBatch, .frozen], probedShapes)
    func batchNormalization(statistics: BatchStatistics, probed: (shape: Shape, isBlocked: Bool)) async throws {
        let network = probe(probed.shape, isBlocked: probed.isBlocked) {
            BatchNorm(epsilon: 0.01, name: "alone")
            Tanh()
            BatchNorm(epsilon: 0.01, name: "rectified")
            ReLU()
            Add {
                Identity()
                BatchNorm(epsilon: 0.01, name: "added")
            }
            Add {
                BatchNorm(epsilon: 0.01, name: "added and rectified")
                Identity()
            }
            ReLU()
            if !probed.isBlocked {
                Dense(17, name: "dense")
                BatchNorm(epsilon: 0.01, name: "behind a dense layer")
            }
        }.normalizing(by: statistics)
        try await check.run(network, batchSize: 5)
    }

    @Test(arguments: [false, true]) func channelSelectionWithRepeatsAndOmissions(isBlocked: Bool) async throws {
        try await check.run(probe([16, 2, 3], isBlocked: isBlocked) { SelectChannels([2, 0, 2, 15, 7]) }, batchSize: 2)
    }

    @Test(arguments: [1, 2, 3], [3, 16]) func concatenation(axis: Int, channels: Int) async throws {
        let network = probe([channels, 3, 3]) {
            Concat(axis: axis) {
                Identity()
                Conv2D(axis == 1 ? 5 : channels, kernel: 3, padding: 1, name: "branch")
                Identity()
            }
        }
        try await check.run(network, batchSize: 2)
    }

    @Test(arguments: [2, 16]) func branchesThatMeetAgain(channels: Int) async throws {
        try await check.run(branches(channels), batchSize: 2)
    }

    @Test func radialBasisAndRejection() async throws {
        let network = Network("radial", input: [2, 2, 2], loss: SoftmaxCrossEntropy(rejection: 1)) {
            LearnedInput()
            Dense(3, name: "dense")
            Tanh()
            RadialBasisOutput(centers: [[1, -1, 1], [-1, -1, 1], [1, 1, -1], [0, 1, 0]])
        }
        try await check.run(network, batchSize: 3)
    }
}

/// Branches of several kinds that are added, and others that are put side by side.
func branches(_ channels: Int) -> Network {
    probe([channels, 5, 5]) {
        Conv2D(2 * channels, kernel: 3, padding: 1, name: "stem")
        Add {
            Identity()
            Sequential {
                Conv2D(2 * channels, kernel: 3, padding: 1, groups: 2, name: "left")
                Tanh()
            }
            Conv2D(2 * channels, kernel: 1, name: "right")
        }
        Concat {
            MaxPool2D(3, stride: 2)
            AvgPool2D(3, stride: 2)
            Sequential {
                Identity()
                Conv2D(6, kernel: 3, stride: 2, name: "strided")
                ReLU()
            }
        }
    }
}
