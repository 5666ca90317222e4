import Networks
import ReferenceKernels
import Tensors
import Testing

/// Every differentiable operation over random shapes: by its input and by its parameters.
@Suite struct GradientTests {
    @Test(arguments: 0..<24) func convolution(seed: Int) throws {
        var random = RandomCases(seed: seed)
        let (window, extents) = try random.window(largest: 3, dilated: true)
        let groups = random.integer(1...3)
        let inputs = random.integer(1...2)
        let outputs = groups * random.integer(1...2)
        let weight = Shape([outputs, inputs] + window.kernel)
        let network = probe(Shape([groups * inputs] + extents)) {
            Applied(Convolution(window: window, groups: groups), parameters: [weight] + (seed % 2 == 0 ? [[outputs]] : []))
        }
        try GradientCheck.expect(network, batchSize: random.integer(1...2), seed: seed)
    }

    @Test(arguments: 0..<6) func innerProduct(seed: Int) throws {
        var random = RandomCases(seed: seed)
        let network = probe([random.integer(1...3), random.integer(1...3), random.integer(1...3)]) {
            Dense(random.integer(1...5), bias: seed % 2 == 0, name: "dense")
        }
        try GradientCheck.expect(network, batchSize: random.integer(1...3), seed: seed)
    }

    @Test(arguments: 0..<16) func maxPooling(seed: Int) throws {
        var random = RandomCases(seed: seed)
        let (window, extents) = try random.window(largest: 3, dilated: false)
        let rounded = seed % 2 == 0 ? window : try window.roundingUp(for: extents, operation: "test")
        let network = probe(Shape([random.integer(1...3)] + extents)) { Applied(MaxPooling(window: rounded, keepsWinners: true)) }
        try GradientCheck.expect(network, batchSize: random.integer(1...2), seed: seed)
    }

    @Test(arguments: 0..<16) func averagePooling(seed: Int) throws {
        var random = RandomCases(seed: seed)
        let (window, extents) = try random.window(largest: 3, dilated: false)
        let rounded = seed % 2 == 0 ? window : try window.roundingUp(for: extents, operation: "test")
        let network = probe(Shape([random.integer(1...3)] + extents)) {
            Applied(AveragePooling(window: rounded, countsPadding: seed % 4 < 2))
        }
        try GradientCheck.expect(network, batchSize: random.integer(1...2), seed: seed)
    }

    @Test(arguments: [(1, 1, 1), (3, 1, 4), (5, 1, 7), (5, 2, 3), (3, 3, 2), (7, 2, 5)])
    func responseNormalization(size: Int, groups: Int, channelsPerGroup: Int) throws {
        let network = probe([groups * channelsPerGroup, 2, 3]) {
            // α far above the published one, so that the sum has a say.
            LocalResponseNorm(size: size, alpha: 0.4, beta: 0.75, k: 2, groups: groups)
        }
        try GradientCheck.expect(network, batchSize: 2, seed: size)
    }

    @Test(arguments: [Activation.Function.relu, .tanh, .tanh(amplitude: 1.7159, slope: 2 / 3), .sigmoid, .gelu])
    func activation(function: Activation.Function) throws {
        try GradientCheck.expect(probe([2, 3, 3]) { Applied(Activation(function)) }, batchSize: 2, seed: 1)
    }

    @Test(arguments: [Float(0), 0.3, 0.5]) func dropout(probability: Float) throws {
        let network = probe([2, 3, 3]) {
            Dropout(probability)
            Dense(4, name: "dense")
            Dropout(probability)
        }
        try GradientCheck.expect(network, batchSize: 2, seed: 1)
    }

    @Test(arguments: [Shape([1, 1, 1]), [3, 2, 3]]) func channelsAlone(shape: Shape) throws {
        for inputScale: Float in [1, 4] {
            try GradientCheck.expect(probe(shape) { ChannelScale(inputScale: inputScale, name: "scale") }, batchSize: 2, seed: 1)
        }
        try GradientCheck.expect(probe(shape) { Bias(name: "bias") }, batchSize: 2, seed: 2)
    }

    @Test(arguments: normalizationTails, [Shape([1, 3, 3]), [3, 2, 3]])
    func batchNormalization(tail: NormalizationTail, shape: Shape) throws {
        let channels: Shape = [shape[0]]
        let shortcut = tail.addsShortcut ? [Shape([3] + shape.dimensions)] : []
        let network = probe(shape) {
            Applied(
                BatchNormalization(batchSize: 3, epsilon: 0.1, tail: tail), parameters: [channels, channels] + shortcut)
        }
        try GradientCheck.expect(network, batchSize: 3, seed: 1)
    }

    @Test(arguments: [false, true]) func normalizationByGivenStatistics(rectifies: Bool) throws {
        let network = probe([3, 2, 3]) {
            BatchNorm(epsilon: 0.3, name: "frozen")
            if rectifies { ReLU() }
        }.normalizing(by: .frozen)
        try GradientCheck.expect(network, batchSize: 2, seed: 1)
    }

    /// The gradient goes through mean and variance.
    @Test(arguments: [false, true], [false, true]) func normalizationByTheBatch(rectifies: Bool, addsShortcut: Bool) throws {
        let network = probe([3, 2, 3]) {
            if addsShortcut {
                Add {
                    BatchNorm(epsilon: 0.3, name: "all")
                    Identity()
                }
            } else {
                BatchNorm(epsilon: 0.3, name: "all")
            }
            if rectifies { ReLU() }
        }.normalizing(by: .synchronised)
        try GradientCheck.expect(network, batchSize: 3, seed: 1)
    }

    @Test func channelSelectionWithRepeatsAndOmissions() throws {
        try GradientCheck.expect(probe([4, 2, 2]) { SelectChannels([2, 0, 2, 3]) }, batchSize: 2, seed: 1)
    }

    @Test(arguments: 1...3) func channelShuffle(groups: Int) throws {
        try GradientCheck.expect(probe([6, 2, 3]) { ChannelShuffle(groups: groups) }, batchSize: 2, seed: groups)
    }

    @Test(arguments: 0..<8) func blurPooling(seed: Int) throws {
        var random = RandomCases(seed: seed)
        let shape: Shape = [random.integer(1...3), random.integer(2...7), random.integer(2...7)]
        let network = probe(shape) { BlurPool2D(stride: random.integer(1...3)) }
        try GradientCheck.expect(network, batchSize: 2, seed: seed)
    }

    @Test func channelPadding() throws {
        for channels in [2, 5] {
            try GradientCheck.expect(probe([2, 2, 3]) { PadChannels(to: channels) }, batchSize: 2, seed: 1)
        }
    }

    @Test(arguments: [Shape([1, 1, 1]), [3, 2, 3], [4, 5, 1]]) func gates(shape: Shape) throws {
        let channels = shape[0]
        let network = probe(shape) {
            Gated {
                GlobalAveragePool2D()
                Dense(2, weightInitializer: .normal(standardDeviation: 1), name: "squeeze")
                Tanh()
                Dense(channels, weightInitializer: .normal(standardDeviation: 1), name: "excitation")
                Sigmoid()
            }
            Highway {
                Conv2D(channels, kernel: 1, name: "transform")
                Tanh()
            } gate: {
                Conv2D(channels, kernel: 1, biasInitializer: .constant(-1), name: "gate")
                Sigmoid()
            }
        }
        try GradientCheck.expect(network, batchSize: 2, seed: channels)
    }

    @Test(arguments: [Float(0.1), 0.5]) func labelSmoothing(share: Float) throws {
        let network = Network("smoothed", input: [2, 2, 2], loss: SoftmaxCrossEntropy(rejection: share > 0.2 ? 1 : nil)) {
            LearnedInput()
            AuxiliaryLoss(weight: 0.3, name: "aux") { Dense(4, name: "aux.fc") }
            Dense(4, name: "dense")
        }
        try GradientCheck.expect(network.smoothingLabels(by: share), batchSize: 3, seed: 1)
    }

    @Test(arguments: [1, 2, 3]) func concatenation(axis: Int) throws {
        let network = probe([2, 3, 3]) {
            Concat(axis: axis) {
                Identity()
                Conv2D(2, kernel: 3, padding: 1, name: "branch")
                Identity()
            }
        }
        try GradientCheck.expect(network, batchSize: 2, seed: axis)
    }

    @Test func radialBasisAndRejection() throws {
        let network = Network("radial", input: [2, 2, 2], loss: SoftmaxCrossEntropy(rejection: 1)) {
            LearnedInput()
            Dense(3, name: "dense")
            Tanh()
            RadialBasisOutput(centers: [[1, -1, 1], [-1, -1, 1], [1, 1, -1], [0, 1, 0]])
        }
        try GradientCheck.expect(network, batchSize: 3, seed: 1)
    }

    @Test func branchesThatMeetAgain() throws {
        let network = probe([2, 5, 5]) {
            Conv2D(4, kernel: 3, padding: 1, name: "stem")
            Add {
                Identity()
                Sequential {
                    Conv2D(4, kernel: 3, padding: 1, groups: 2, name: "left")
                    Tanh()
                }
                Conv2D(4, kernel: 1, name: "right")
            }
            Concat {
                MaxPool2D(3, stride: 2)
                AvgPool2D(3, stride: 2)
                Sequential {
                    Identity()
                    Conv2D(3, kernel: 3, stride: 2, name: "strided")
                    ReLU()
                }
            }
        }
        try GradientCheck.expect(network, batchSize: 2, seed: 5)
    }
}
