import KernelChoices
import Kernels
import ModelZoo
import Networks
import Parallelism
import ReferenceKernels
import Tensors
import TestSupport
import Testing

/// Hands its input on, and has a kernel in single precision alone.
private struct SingleOnly: DifferentiableOperation, ComputableOperation, KernelImplementation, ReferenceComputable, Layer {
    struct Refused: Error {}

    var name: String { "single-only" }

    func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] { inputs }
    func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        [
            PlacementRule(.batch, [.split(0)], to: [.split(0)]),
            PlacementRule(.nothing, [.replicated], to: [.replicated]),
        ]
    }
    func gradient(
        of node: Node, outputGradients: [ValueID?], needed: [Bool], in builder: inout GraphBuilder
    ) throws(NetworkError) -> [ValueID?] { outputGradients }

    func kernel(for request: KernelRequest) throws -> KernelChoice {
        guard request.precision == .f32 else { throw Refused() }
        return try Addition().kernel(for: request)
    }

    func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] { inputs }

    func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        try builder.inLayer("single") { builder throws(NetworkError) in try builder.add(self, [input])[0] }
    }
}

/// Products in bfloat16: as near to the plain sums as eight bits of significand allow, and reproducible like single precision.
@Suite struct BFloat16Tests {
    /// 2⁻⁸ of rounding of each factor against 2⁻²⁴, through a few operations, averaged over a sum's terms. Of smooth operations only:
    /// with eight bits ties are common, and a ReLU or a pooling window may decide them the other way.
    private let check = ReferenceCheck(precision: .bf16, slack: 800)

    @Test(.needsBFloat16, arguments: [(16, 32, 1), (3, 16, 1), (32, 48, 2), (5, 7, 1)])
    func convolutionsPoolingAndDenseLayers(inputs: Int, outputs: Int, groups: Int) async throws {
        try await check.run(network(inputs, outputs, groups: groups), batchSize: 5)
    }

    /// What has no kernel in bfloat16 is computed in single precision, and the rest goes on in bfloat16.
    @Test(.needsBFloat16) func whatHasNoKernelIsComputedInSinglePrecision() async throws {
        try await check.run(network(16, 32, groups: 1, isPartlySingle: true), batchSize: 5)
    }

    private func network(_ inputs: Int, _ outputs: Int, groups: Int, isPartlySingle: Bool = false) -> Network {
        probe([inputs, 9, 9]) {
            Conv2D(outputs, kernel: 3, padding: 1, groups: groups, name: "conv")
            Tanh()
            LocalResponseNorm()
            AvgPool2D(3, stride: 2)
            if isPartlySingle { SingleOnly() }
            Flatten()
            Dropout(0.3)
            Dense(24, name: "dense")
            Tanh()
        }
    }

    @Test(.needsBFloat16) func branches() async throws {
        try await check.run(KernelsTests.branches(16), batchSize: 3)
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
            network: try ModelZoo.network(named: "alexnet-small"), mode: .data, microBatches: 4, batch: 10, classes: 10,
            precision: .bf16)
        let one = try await harness.run(steps: 3).parameters
        for devices in [2, 3, 4] {
            harness.devices = devices
            #expect(try await harness.run(steps: 3).parameters == one, "\(devices) devices")
        }
    }
}
