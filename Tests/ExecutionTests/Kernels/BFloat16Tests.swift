import Execution
import ModelZoo
import Networks
import Parallelism
import Tensors
import Testing

/// Products in bfloat16: as near to the plain sums as eight bits of significand allow, and reproducible like single precision.
@Suite struct BFloat16Tests {
    /// 2⁻⁸ of rounding of each factor against 2⁻²⁴, through a few operations, averaged over a sum's terms. Of smooth operations only:
    /// with eight bits ties are common, and a ReLU or a pooling window may decide them the other way.
    private let check = ReferenceCheck(precision: .bf16, slack: 800)

    @Test(.needsBFloat16, arguments: [(16, 32, 1), (3, 16, 1), (32, 48, 2), (5, 7, 1)])
    func convolutionsPoolingAndDenseLayers(inputs: Int, outputs: Int, groups: Int) async throws {
        let network = probe([inputs, 9, 9]) {
            Conv2D(outputs, kernel: 3, padding: 1, groups: groups, name: "conv")
            Tanh()
            LocalResponseNorm()
            AvgPool2D(3, stride: 2)
            Flatten()
            Dropout(0.3)
            Dense(24, name: "dense")
            Tanh()
        }
        try await check.run(network, batchSize: 5)
    }

    @Test(.needsBFloat16) func branches() async throws {
        try await check.run(ExecutionTests.branches(16), batchSize: 3)
    }

    /// Near, but not the same: products really are taken in the other format, in every mode.
    @Test(.needsBFloat16, arguments: [(ParallelMode.single, 1), (.data, 2), (.model, 2), (.hybrid, 2)])
    func isNearSinglePrecisionAndNotIt(mode: ParallelMode, devices: Int) async throws {
        var harness = SessionHarness(
            network: try ModelZoo.network(named: "alexnet-small"), mode: mode, devices: devices, batch: 12, classes: 10)
        let single = try await harness.run(steps: 3)
        harness.precision = .bf16
        let half = try await harness.run(steps: 3)
        #expect(single.parameters != half.parameters)
        // The first step's loss is of the same weights; after it the two part, as from any other small change.
        #expect(abs(single.losses[0] - half.losses[0]) < 0.01 * single.losses[0])
        #expect(half.losses.allSatisfy { abs($0 - single.losses[0]) < 0.5 * single.losses[0] })
    }

    @Test(.needsBFloat16) func theBitsDoNotDependOnTheDevices() async throws {
        var harness = SessionHarness(
            network: try ModelZoo.network(named: "alexnet-small"), mode: .data, shards: 4, batch: 10, classes: 10,
            precision: .bf16)
        let one = try await harness.run(steps: 3).parameters
        for devices in [2, 3, 4] {
            harness.devices = devices
            #expect(try await harness.run(steps: 3).parameters == one, "\(devices) devices")
        }
    }
}

extension Trait where Self == ConditionTrait {
    static var needsBFloat16: Self {
        .enabled("this processor has no instructions for bfloat16") { Precision.bf16.isSupported }
    }
}
