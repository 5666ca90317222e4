import Networks
import Parallelism
import Tensors
import TestSupport
import Testing

/// Operations whose channels are divided among devices, and whose examples are, against the plain loops for the whole.
@Suite struct DividedOperationTests {
    static let shardings = [(ParallelMode.model, 2), (.model, 4), (.hybrid, 2), (.hybrid, 4)]

    private func check(_ sharding: (mode: ParallelMode, devices: Int), _ network: Network, batchSize: Int = 4) async throws {
        try await ReferenceCheck(mode: sharding.mode, devices: sharding.devices).run(network, batchSize: batchSize)
    }

    @Test(arguments: 0..<12) func convolution(seed: Int) async throws {
        var random = RandomCases(seed: 500 + seed)
        let (window, extents) = try random.window(largest: 3, dilated: true)
        let groups = random.element(of: [1, 2, 4])
        let (inputs, outputs) = (random.channels(), 4 * groups * random.channels())
        let network = probe(Shape([groups * inputs] + extents), isBlocked: seed % 2 == 1) {
            Applied(
                Convolution(window: window, groups: groups), parameters: [Shape([outputs, inputs] + window.kernel), [outputs]])
        }
        try await check((.model, 2), network)
        try await check((.model, 4), network, batchSize: 1)
    }

    @Test(arguments: shardings) func windowsAndNormalisation(sharding: (ParallelMode, Int)) async throws {
        for channels in [8, 12, 32] {
            let network = probe([channels, 9, 7]) {
                Conv2D(channels, kernel: 3, padding: 1, name: "stem")
                ReLU()
                LocalResponseNorm(size: 3, alpha: 0.3, groups: 4)
                MaxPool2D(3, stride: 2, rounding: .up)
                Conv2D(2 * channels, kernel: 3, padding: 1, groups: 4, name: "grouped")
                Sigmoid()
                AvgPool2D(2, rounding: .up)
                Conv2D(2 * channels, kernel: 2, padding: 1, groups: 2 * channels, name: "depthwise")
                LocalResponseNorm(size: 5, alpha: 0.3)
            }
            try await check(sharding, network)
        }
    }

    @Test(arguments: shardings) func channelsAlone(sharding: (ParallelMode, Int)) async throws {
        let network = probe([8, 3, 3]) {
            Conv2D(8, kernel: 3, padding: 1, name: "stem")
            ChannelScale(inputScale: 4, weightInitializer: .normal(standardDeviation: 0.3), name: "scale")
            Bias(name: "bias")
            Concat {
                Identity()
                SelectChannels([1, 3, 3, 0])
            }
            Tanh()
            Dropout(0.4)
            Dense(16, name: "hidden")
            Tanh()
            Dropout(0.4)
        }
        try await check(sharding, network)
    }

    @Test(arguments: [2, 4]) func batchNormalization(devices: Int) async throws {
        let network = probe([8, 3, 3]) {
            Conv2D(32, kernel: 3, padding: 1, name: "stem")
            BatchNorm(epsilon: 0.01, name: "rectified")
            ReLU()
            Add {
                BatchNorm(epsilon: 0.01, name: "added")
                Identity()
            }
            Dense(16, name: "hidden")
            BatchNorm(epsilon: 0.01, name: "behind a dense layer")
        }
        try await check((.model, devices), network)
    }

    @Test(arguments: shardings) func branchesThatMeetAgain(sharding: (ParallelMode, Int)) async throws {
        for channels in [2, 16] { try await check(sharding, branches(channels)) }
    }

    @Test(arguments: shardings) func radialBasis(sharding: (ParallelMode, Int)) async throws {
        let network = Network("radial", input: [4, 3, 3], loss: SoftmaxCrossEntropy(rejection: 1)) {
            LearnedInput()
            Dense(8, name: "dense")
            Tanh()
            RadialBasisOutput(centers: (0..<6).map { row in (0..<8).map { ($0 * row) % 3 == 0 ? 1 : -1 } })
        }
        try await check(sharding, network)
    }
}
