import Networks
import Parallelism
import Tensors
import TestSupport
import Testing

/// Gates, shuffles, blurs, padding and smoothed labels over random shapes, against the plain loops: on one device, and divided among 2, 3
/// and 4 by examples and by channels.
@Suite struct GateKernelTests {
    static let spreads: [(mode: ParallelMode, devices: Int)] = [
        (.data, 2), (.data, 3), (.data, 4), (.model, 2), (.model, 3), (.model, 4), (.hybrid, 2), (.hybrid, 3), (.hybrid, 4),
    ]

    /// By the input of the layers and by their parameters; then, with channels that 2, 3 and 4 divide, spread over devices.
    private func check(_ seed: Int, _ shape: Shape, @LayerBuilder _ layers: (_ channels: Int) -> [any Layer]) async throws {
        try await ReferenceCheck().run(
            probe(shape, isBlocked: seed % 2 == 1) { layers(shape[0]) }, batchSize: 1 + seed % 3)
        let (mode, devices) = Self.spreads[seed % Self.spreads.count]
        let channels = 12 * (1 + seed % 4)
        let spread = Network("spread", input: [channels, shape[1], shape[2]]) {
            Conv2D(channels, kernel: 1, name: "before")
            layers(channels)
            Dense(12, name: "hidden")
            Tanh()
            Dense(12, name: "readout")
        }
        try await ReferenceCheck(mode: mode, devices: devices).run(spread, batchSize: 12)
    }

    private func shape(_ random: inout RandomCases, least: Int = 1) -> Shape {
        [random.channels(), random.integer(least...7), random.integer(least...7)]
    }

    /// Behind a convolution channels lie in blocks.
    @Test(arguments: 0..<18) func squeezeAndExcitation(seed: Int) async throws {
        var random = RandomCases(seed: 600 + seed)
        try await check(seed, shape(&random)) { channels in
            Gated {
                GlobalAveragePool2D()
                Dense(12, weightInitializer: .normal(standardDeviation: 1), name: "squeeze")
                Tanh()
                Dense(channels, weightInitializer: .normal(standardDeviation: 1), name: "excitation")
                Sigmoid()
            }
        }
    }

    @Test(arguments: 0..<18) func highway(seed: Int) async throws {
        var random = RandomCases(seed: 700 + seed)
        try await check(seed, shape(&random)) { channels in
            Highway {
                Conv2D(channels, kernel: 3, padding: 1, name: "transform")
                GELU()
            } gate: {
                Conv2D(channels, kernel: 1, biasInitializer: .constant(-1), name: "gate")
                Sigmoid()
            }
        }
    }

    @Test(arguments: 0..<18) func blursAndPadding(seed: Int) async throws {
        var random = RandomCases(seed: 800 + seed)
        try await check(seed, shape(&random, least: 2)) { channels in
            Residual(relu: false) {
                BlurPool2D(stride: 1 + seed % 3)
                Conv2D(channels + 12, kernel: 1, name: "strided")
            } shortcut: {
                AvgPool2D(1, stride: 1 + seed % 3)
                PadChannels(to: channels + 12)
            }
        }
    }

    /// Shuffles between grouped convolutions, and depthwise and dilated ones whose windows are not square.
    @Test(arguments: 0..<18) func shufflesAndGroups(seed: Int) async throws {
        var random = RandomCases(seed: 900 + seed)
        let groups = random.element(of: [1, 2, 3, 4])
        try await check(seed, [12 * random.integer(1...4), random.integer(3...7), random.integer(3...7)]) { channels in
            Conv2D(channels, kernel: 1, groups: groups, name: "grouped")
            ChannelShuffle(groups: groups)
            Conv2D(channels, kernel: 3, padding: 1, groups: channels, name: "depthwise")
            GELU()
            Conv2D(channels, kernel: RowsAndColumns(1, 7), padding: RowsAndColumns(0, 3), name: "wide")
            Conv2D(12, kernel: RowsAndColumns(3, 1), padding: RowsAndColumns(2, 0), dilation: RowsAndColumns(2, 1), name: "high")
        }
    }

    @Test(arguments: 0..<9) func smoothedLabels(seed: Int) async throws {
        let (mode, devices) = Self.spreads[seed]
        let network = Network("smoothed", input: [3, 4, 4], loss: SoftmaxCrossEntropy(rejection: seed % 2 == 0 ? 1 : nil)) {
            AuxiliaryLoss(weight: 0.3, name: "aux") { Dense(12, name: "aux.fc") }
            Dense(12, name: "dense")
        }
        let smoothed = network.smoothingLabels(by: 0.05 + 0.1 * Float(seed % 4))
        try await ReferenceCheck().run(smoothed, batchSize: 5)
        try await ReferenceCheck(mode: mode, devices: devices).run(smoothed, batchSize: 12)
    }
}
