import KernelChoices
import Kernels
import ModelZoo
import Networks
import Parallelism
import Sessions
import Tensors
import TestSupport
import Testing

/// Sessions that compute batch-innermost wherever that is possible.
@Suite(.serialized) struct BatchInnermostSessionTests {
    private static let preferred = KernelSelection(preferred: .batchInnermost)

    private func harness(_ model: String, batch: Int, kernels: KernelSelection = preferred) throws -> SessionHarness {
        SessionHarness(network: try ModelZoo.network(named: model), batch: batch, classes: 10, kernels: kernels)
    }

    /// Through the planner: losses and all gradients of layers that stand among others, which want other layouts.
    @Test(arguments: 0..<16) func networksAgreeWithThePlainLoops(seed: Int) async throws {
        var random = RandomCases(seed: 800 + seed)
        let (window, extents) = try random.window(largest: 3, dilated: true)
        let (pooling, _) = try random.window(largest: 2, dilated: false)
        let groups = random.integer(1...2)
        let (inputs, outputs) = (random.channels(), groups * random.element(of: [1, 3, 8, 16]))
        let activation = random.element(of: [Activation.Function.relu, .tanh, .sigmoid, .tanh(amplitude: 1.7159, slope: 2 / 3)])
        let network = probe(Shape([groups * inputs] + extents.map { $0 + 3 }), isBlocked: seed % 4 == 3) {
            Applied(
                Convolution(window: window, groups: groups),
                parameters: [Shape([outputs, inputs] + window.kernel)] + (seed % 3 == 0 ? [] : [[outputs]]), name: "conv")
            Applied(Activation(activation), name: "activation")
            if seed % 2 == 0 {
                Applied(MaxPooling(window: pooling, keepsWinners: true), name: "pool")
            } else {
                Applied(AveragePooling(window: pooling, countsPadding: seed % 4 == 1), name: "pool")
            }
        }
        try await ReferenceCheck(kernels: Self.preferred, takes: .batchInnermost).run(
            network, batchSize: 16 * random.integer(1...2))
    }

    /// Whichever passes the library computes: weights and gradients come from one and go to the other.
    @Test(arguments: 0..<8, [1, 2]) func anyMixtureWithTheLibraryAgreesWithThePlainLoops(mixture: Int, groups: Int) async throws {
        let network = probe([4, 7, 7]) {
            Conv2D(6, kernel: 3, padding: 1, groups: groups, name: "conv")
            Tanh()
            MaxPool2D(2)
        }
        let harness = SessionHarness(network: network, batch: 16, classes: 4, kernels: Self.preferred)
        let decisions = try await harness.withSession { session, _ in session.kernelDecisions }
        // The three passes of training; that of inference is the first of them again.
        let passes = decisions.map(\.key).filter { $0.hasPrefix("convolution") }.prefix(3)
        #expect(Set(passes).count == 3)
        var known = KernelTable()
        for (place, key) in passes.enumerated() {
            known.entries[key] = mixture >> place & 1 == 0 ? "standard" : "batch-innermost"
        }
        try await ReferenceCheck(kernels: KernelSelection(known: known, measures: false)).run(network, batchSize: 16)
    }

    @Test func everyConvolutionAndPoolingIsComputedSo() async throws {
        let decisions = try await harness("lenet5", batch: 16).withSession { session, _ in session.kernelDecisions }
        #expect(decisions.allSatisfy { $0.variant == "batch-innermost" })
        for pass in ["convolution 5×5", "convolution data gradient", "convolution weight gradient", "average pooling gradient"] {
            #expect(decisions.contains { $0.key.hasPrefix(pass) }, "\(pass)")
        }
        let standard = try await harness("lenet5", batch: 16, kernels: .standard)
            .withSession { session, _ in session.kernelDecisions }
        #expect(!standard.isEmpty && standard.allSatisfy { $0.variant == "standard" && $0.seconds.isEmpty })
    }

    /// In every mode, with micro-batches that are open to it, that are not, and some of each: within 10⁻³ of what training changed, since
    /// everything in the network is smooth.
    @Test(arguments: [47, 64]) func everyModeAgreesWithTheLibrary(batch: Int) async throws {
        var harness = try harness("lenet5", batch: batch, kernels: .standard)
        let graph = try harness.network.graph(batchSize: batch, purpose: .training)
        let initial = await InitialParameters.values(of: graph, seed: harness.seed)
        let library = try await harness.run(steps: 5)
        harness.kernels = Self.preferred
        for (mode, devices, microBatches) in [
            (ParallelMode.single, 1, 3), (.data, 2, 3), (.data, 3, nil), (.data, 4, nil), (.model, 2, 3), (.model, 4, nil),
            (.hybrid, 2, nil), (.hybrid, 4, nil),
        ] {
            (harness.mode, harness.devices, harness.microBatches) = (mode, devices, microBatches)
            let other = try await harness.run(steps: 5)
            for (index, name) in library.names.enumerated() {
                let (after, before) = (library.parameters[index].values, initial[index].values)
                let change = zip(after, before).reduce(0) { max($0, abs($1.0 - $1.1)) }
                Tolerance(1e-3 * Double(change), relative: 7 * 0x1p-24).expect(
                    other.parameters[index].values, after, "\(mode) \(devices) \(microBatches ?? 0): \(name)")
            }
        }
    }

    /// In data mode the bits are a function of the number of micro-batches, those of other sizes among them.
    @Test(arguments: [("lenet5", 64, 4), ("lenet5", 47, 3), ("alexnet-small", 32, 2)])
    func theBitsDoNotDependOnTheDevices(model: String, batch: Int, microBatches: Int) async throws {
        var harness = try harness(model, batch: batch)
        (harness.mode, harness.microBatches) = (.data, microBatches)
        let one = try await harness.run(steps: 3).parameters
        #expect(try await harness.run(steps: 3).parameters == one)
        for devices in [2, 3, 4] {
            harness.devices = devices
            #expect(try await harness.run(steps: 3).parameters == one, "\(devices) devices")
        }
        harness.kernels = .standard
        #expect(try await harness.run(steps: 3).parameters != one)
    }
}
