import CKernels
import KernelChoices
import Kernels
import Layouts
import Networks
import OneDNN
import Parallelism
import Planning
import Sessions
import Tensors
import TestSupport
import Testing
import Topology

/// Loops fit their work into whatever caches there are, and give the same bits.
@Suite(.serialized) struct CacheBlocksTests {
    private static let tiny = CacheSizes(firstLevel: 4 << 10, secondLevel: 32 << 10, lastLevel: 64 << 10)
    private static let least = CacheSizes(firstLevel: 1, secondLevel: 1, lastLevel: 1)
    private static let huge = CacheSizes(firstLevel: 1 << 30, secondLevel: 1 << 40, lastLevel: 1 << 44)
    private static let all = [CacheSizes.fallback, least, tiny, huge]

    /// What was tuned where first levels are 32 KiB, second 1 MiB, and a core's share of the third is 16 MiB.
    @Test func theFallbackIsWhatWasTuned() {
        let caches = CacheSizes.fallback
        #expect(caches.flippedSide == 16)
        #expect(caches.gradientTileBytes == 1 << 18)
        #expect(caches.responseLinesInBlocks == 1536)
        #expect(caches.responseLinesInRows == 8192)
        #expect(caches.convertedBytes == 16 << 20)
        #expect(caches.gatheredElements == 1 << 20)
        #expect([16, 64, 128, 256, 512].map { caches.winogradTiles(inputs: $0, outputs: $0) } == [96, 96, 48, 96, 96])
        // Or nothing below is compared with anything else.
        for others in [Self.tiny, Self.huge] {
            #expect(others.flippedSide != caches.flippedSide)
            #expect(others.gradientTileBytes != caches.gradientTileBytes)
            #expect(others.responseLinesInBlocks != caches.responseLinesInBlocks)
            #expect(others.responseLinesInRows != caches.responseLinesInRows)
            #expect(others.winogradTiles(inputs: 128, outputs: 128) != caches.winogradTiles(inputs: 128, outputs: 128))
        }
        #expect(Self.all.allSatisfy { $0.flippedSide >= 1 })
    }

    /// Runs of all caches with the bits of the first, and at least one that cut its work otherwise if `isCut`.
    private func expectSameBits(isCut: Bool, _ run: (CacheSizes) throws -> KernelRun) rethrows {
        let runs = try Self.all.map(run)
        let expected = runs[0].outputs.map { $0.map(\.bitPattern) }
        for (other, caches) in zip(runs, Self.all) {
            #expect(other.outputs.map { $0.map(\.bitPattern) } == expected, "other bits with \(caches)")
        }
        if isCut { #expect(Set(runs.map(\.choice.scratchpadBytes)).count > 1, "the caches made no difference to the work") }
    }

    @Test(
        arguments: [("abcd", 13, 3, false), ("aBcd16b", 48, 5, true), ("acdb", 20, 31, true), ("abcd", 96, 29, true)],
        InstructionSet.available)
    func normalisation(test: (format: String, channels: Int, side: Int, isCut: Bool), instructions: InstructionSet) throws {
        let shape = Shape([2, test.channels, test.side, test.side])
        let layout = try #require(Layout.named(test.format, shape.dimensions))
        let operation = ResponseNormalization(size: 5, alpha: 0.4, beta: 0.75, k: 2, groups: 1)
        let (x, dy) = (Operand(random: shape), Operand(random: shape, stream: 1))
        try expectSameBits(isCut: test.isCut) { caches in
            try KernelRun(operation, [x], layouts: [layout], caches: caches, instructions: instructions)
        }
        try expectSameBits(isCut: test.isCut) { caches in
            try KernelRun(
                ResponseNormalizationGradient(forward: operation), [dy, x], layouts: [layout, layout], caches: caches,
                instructions: instructions)
        }
    }

    @Test(arguments: [(16, 16, 16, false), (80, 4_512, 32, true), (5, 992, 48, true)], InstructionSet.available)
    func innerProductGradient(test: (images: Int, inputs: Int, outputs: Int, isCut: Bool), instructions: InstructionSet) throws {
        let blocked = try #require(Layout.named("AB16b16a", [test.outputs, test.inputs]))
        // As many numbers in blocks as in rows: whole blocks.
        let weights = Operand(random: [test.outputs, test.inputs])
        let dy = Operand(random: [test.images, test.outputs], stream: 1)
        let network = probe([4, 1, 1]) { Dense(3, name: "dense") }
        let graph = try TrainingGraph(of: try network.graph(batchSize: 2, purpose: .training)).graph
        let operation = try #require(graph.nodes.lazy.compactMap { $0.operation as? InnerProductDataGradient }.first)
        try expectSameBits(isCut: test.isCut) { caches in
            let run = try KernelRun(
                operation, [dy, weights], layouts: [.plain([test.images, test.outputs]), blocked], caches: caches,
                instructions: instructions
            ) { $0.variant = .batchInnermost }
            #expect(run.choice.implementation == "loop:\(instructions), batch-innermost")
            return run
        }
    }

    /// Past the caches and not: the least hold nothing, the huge all.
    @Test(arguments: [(16, 16), (1_024, 64), (64, 4_000)], InstructionSet.available)
    func conversion(test: (outputs: Int, inputs: Int), instructions: InstructionSet) throws {
        let dims = [test.outputs, test.inputs]
        let from = try #require(Layout.named("AB16b16a", dims))
        let to = try #require(Layout.named("AB8b16a2b", dims, type: .bf16))
        let weights = Operand(Shape(dims), (0..<dims[0] * dims[1]).map { Float($0) * 1.0009765625 })
        try expectSameBits(isCut: false) { caches in
            let run = try KernelRun(reordering: weights, from: from, to: to, instructions, caches: caches)
            #expect(run.choice.origin == .loop)
            return run
        }
    }

    @Test(arguments: [(1, 1, 1, 1), (2, 40, 33, 9), (1, 200, 130, 4), (3, 16, 16, 25)])
    func flipping(test: (groups: Int, outputs: Int, inputs: Int, taps: Int)) {
        let (outputs, inputs, taps) = (test.outputs, test.inputs, test.taps)
        let weights = (0..<test.groups * outputs * inputs * taps).map { Float($0) }
        var expected = weights
        for group in 0..<test.groups {
            for (output, input) in (0..<outputs).flatMap({ output in (0..<inputs).map { (output, $0) } }) {
                let from = ((group * outputs + output) * inputs + input) * taps
                let to = ((group * inputs + input) * outputs + output) * taps
                for tap in 0..<taps { expected[to + taps - 1 - tap] = weights[from + tap] }
            }
        }
        for caches in Self.all {
            var flipped = [Float](repeating: .nan, count: weights.count)
            ckernels_flip_weights(
                Int64(test.groups), Int64(outputs), Int64(inputs), Int64(taps), Int64(caches.flippedSide), weights, &flipped)
            #expect(flipped == expected, "with \(caches)")
        }
    }

    /// Two devices that hand each other halves of a dense layer's weights, which are copied past the caches of some.
    private static let network = Network("caches", input: [3, 20, 20]) {
        Conv2D(32, kernel: 3, padding: 1, name: "first")
        ReLU()
        LocalResponseNorm()
        Conv2D(48, kernel: 3, padding: 1, name: "second")
        ReLU()
        MaxPool2D(2)
        Dense(64, name: "wide")
        ReLU()
        Dense(4, name: "readout")
    }

    @Test(arguments: [KernelVariant.standard, .flipped, .flippedChannelsLast, .batchInnermost, .winogradLoop])
    func trains(variant: KernelVariant) async throws {
        try await expectSameBits(variant, .f32)
    }

    @Test(.needsBFloat16, arguments: [KernelVariant.standard, .flipped])
    func trainsInBFloat16(variant: KernelVariant) async throws {
        try await expectSameBits(variant, .bf16)
    }

    private func expectSameBits(_ variant: KernelVariant, _ precision: Precision) async throws {
        var (losses, bits) = ([UInt64](), [[UInt32]]())
        for caches in Self.all {
            let harness = SessionHarness(
                network: Self.network, mode: .data, devices: 2, batch: 32, classes: 4,
                kernels: KernelSelection(preferred: variant), precision: precision, caches: caches)
            try await harness.withSession { running, _ in
                #expect(running.kernelDecisions.contains { $0.variant == variant.rawValue })
                let plan = try SessionMemoryPlan(
                    harness.network, strategy: harness.mode, devices: harness.devices, coresPerDevice: harness.lanes,
                    batchSize: harness.batch,
                    kernels: KernelSelection(known: KernelTable(running.kernelDecisions), measures: false),
                    precision: harness.precision, caches: caches)
                #expect(running.memory == plan.workers)
                for step in 0..<2 { losses.append(try await harness.train(running, step: step).loss.bitPattern) }
                bits.append((try await running.parameterValues()).flatMap { $0.values.map(\.bitPattern) })
            }
        }
        #expect(losses == Self.all.flatMap { _ in losses[..<2] })
        for (own, caches) in zip(bits, Self.all) { #expect(own == bits[0], "other bits with \(caches)") }
    }
}
