import Devices
import KernelChoices
import Kernels
import ModelZoo
import Networks
import Parallelism
import Planning
import Sessions
import Testing
import Topology

/// What a plan says of its items, against the programs that it was made of.
@Suite(.serialized) struct ItemSummaryTests {
    private func withSession(
        _ model: String, _ mode: ParallelMode, devices: Int, lanes: Int = 1, microBatches: Int?, batch: Int,
        kernels: KernelSelection = .standard,
        _ body: (TrainingSession) throws -> Void
    ) async throws {
        let machine = try Machine.discover()
        let group = try DeviceGroup(machine, CoreAssignment(on: machine, devices: devices, coresPerDevice: lanes))
        defer { group.shutdown() }
        let session = try await TrainingSession(
            try ModelZoo.network(named: model), strategy: mode, devices: group, batchSize: batch, microBatches: microBatches,
            kernels: kernels)
        do { try body(session) } catch { Issue.record(error) }
        try await session.end()
    }

    @Test(
        arguments: [
            ("lenet5", ParallelMode.single, 1, nil), ("lenet5", .single, 1, 3), ("lenet5", .data, 2, nil),
            ("lenet5", .data, 3, 5),
            ("lenet5-1998", .data, 2, nil), ("lenet5", .model, 2, nil), ("alexnet-small", .model, 2, nil),
            ("alexnet-small", .hybrid, 2, 4), ("alexnet-small", .data, 4, 8),
        ] as [(String, ParallelMode, Int, Int?)])
    func workAndTrafficAreThoseOfTheProgram(model: String, mode: ParallelMode, devices: Int, microBatches: Int?) async throws {
        try await withSession(model, mode, devices: devices, microBatches: microBatches, batch: 10) { session in
            let placed = session.training
            try #require(session.itemSummaries.count == placed.mesh.workerCount)
            for (worker, items) in session.itemSummaries.enumerated() {
                let program = Program(of: placed, worker: worker)
                #expect(items.reduce(0) { $0 + $1.floatingPointOperations } == program.floatingPointOperations)
                #expect(items.reduce(0) { $0 + $1.bytesReceived } == program.received.bytes)
                #expect(items.allSatisfy { $0.bytesReceived <= $0.bytesRead })
                // Who has updated all of a small parameter has nothing of it to gather.
                #expect(items.allSatisfy { $0.kind == .exchange || ($0.kind == .wait) == ($0.bytesRead == 0) })
            }
        }
    }

    @Test(arguments: [(ParallelMode.single, 1, 4), (.data, 2, 4), (.hybrid, 2, 4)])
    func everyOperationComesOnceInEveryTurn(mode: ParallelMode, devices: Int, microBatches: Int) async throws {
        try await withSession("alexnet-small", mode, devices: devices, microBatches: microBatches, batch: 16) { session in
            for (worker, items) in session.itemSummaries.enumerated() {
                let microSteps = Program(of: session.training, worker: worker).microStepCount
                try #require(microSteps > 1)
                let computed = (0..<microSteps).map { microStep in
                    items.filter { $0.microStep == microStep && [.forward, .gradient].contains($0.kind) }.map {
                        "\($0.layer) \($0.title)"
                    }
                }
                for microStep in computed {
                    #expect(microStep == computed[0])
                    #expect(Set(microStep).count == microStep.count)
                }
                // Reshapes move nothing, and an activation may be part of what it follows; nothing else is left out.
                let program = Program(of: session.training, worker: worker).instructions
                let instructions = program.filter { $0.microStep == 0 && $0.kind == .compute && !$0.title.hasPrefix("reshape") }
                let fused = computed[0].count { $0.contains(" + ") }
                #expect(computed[0].count + fused == instructions.count)
            }
        }
    }

    @Test func kindsAndKernelsAreNamed() async throws {
        try await withSession("alexnet-small", .data, devices: 2, microBatches: nil, batch: 8) { session in
            let items = session.itemSummaries[0]
            #expect(Set(items.map(\.kind)) == [.input, .forward, .gradient, .update, .reorder, .exchange, .wait])
            let first = try #require(items.first { $0.kind == .forward })
            #expect(first.layer == "conv1" && first.title == "convolution 7×7, stride 2 + ReLU")
            #expect(first.origin == .primitive && !first.implementation.isEmpty && first.layouts.contains(" → "))
            #expect(
                items.filter { $0.kind == .reorder }.allSatisfy { !$0.layer.isEmpty && $0.bytesRead > 0 && $0.bytesWritten > 0 })
            #expect(items.filter { $0.kind == .update }.allSatisfy { $0.origin == nil && $0.microStep == nil })
            let updates = items.filter { $0.kind == .update }.map(\.layer)
            #expect(Set(updates) == ["conv1", "conv2", "conv3", "conv4", "conv5", "fc6", "fc7", "fc8"])
        }
    }

    /// What goes over memory without need, and what does not.
    @Test(arguments: ["se-resnet20-cifar", "alexnet-small"]) func passesAreToldFromWork(model: String) async throws {
        try await withSession(model, .single, devices: 1, microBatches: 2, batch: 4) { session in
            let items = session.itemSummaries[0]
            let work = [
                "convolution", "inner product", "max pooling", "average pooling", "softmax", "local response", "update", "load",
            ]
            let passes = [
                "batch normalization", "channel gate", "reorder", "addition", "dropout", "multiplication", "ReLU", "sigmoid",
                "add ",
            ]
            var found: Set<String> = []
            for item in items where item.kind != .wait && item.kind != .exchange {
                let isWork = work.contains { item.title.hasPrefix($0) }
                let pass = passes.first { item.title.hasPrefix($0) }
                if let pass { found.insert(pass) }
                #expect(!isWork || !item.canBeFused, "\(item.title)")
                #expect(pass == nil || item.canBeFused, "\(item.title)")
            }
            #expect(found.count >= 2, "\(found)")
        }
    }

    /// Primitives are the library's alone: what is put together from them, and in-house loops, are not counted as such.
    @Test(arguments: [
        ("lenet5", 16, KernelVariant.batchInnermost), ("alexnet-small", 4, .flipped), ("alexnet-small", 4, .standard),
        ("alexnet-small", 4, .winogradLoop),
    ])
    func whoComputesIsNamed(model: String, batch: Int, variant: KernelVariant) async throws {
        try await expectWhoComputes(model, batch, variant)
    }

    @Test(.winogradExists) func winogradsKernelsAreCompositions() async throws {
        try await expectWhoComputes("alexnet-small", 4, .winograd)
    }

    private func expectWhoComputes(_ model: String, _ batch: Int, _ variant: KernelVariant) async throws {
        try await withSession(
            model, .single, devices: 1, microBatches: nil, batch: batch, kernels: KernelSelection(preferred: variant)
        ) { session in
            let items = session.itemSummaries[0]
            for item in items {
                #expect((item.origin == nil) == [.input, .update, .exchange, .wait].contains(item.kind), "\(item.title)")
                guard item.origin != nil else { continue }
                #expect((item.origin == .loop) == item.implementation.hasPrefix("loop"), "\(item.title): \(item.implementation)")
            }
            let chosen = Set(session.kernelDecisions.filter { $0.variant == variant.rawValue }.map(\.layer))
            try #require(!chosen.isEmpty, "no layer is computed by \(variant.rawValue) kernels")
            func origins(_ layer: String) -> Set<KernelOrigin?> {
                Set(items.filter { $0.layer == layer && $0.title.hasPrefix("convolution") }.map(\.origin))
            }
            let layers = Set(items.filter { $0.title.hasPrefix("convolution") }.map(\.layer))
            #expect(layers.isSuperset(of: ["conv1", "conv2"]))
            for layer in layers {
                let expected: Set<KernelOrigin> =
                    switch variant {
                    case .batchInnermost where chosen.contains(layer), .winogradLoop where chosen.contains(layer): [.loop]
                    case .winograd where chosen.contains(layer): [.composition]
                    // Of three passes one is by flipped weights.
                    case .flipped where chosen.contains(layer): [.primitive, .composition]
                    default: [.primitive]
                    }
                #expect(origins(layer) == expected, "\(layer)")
            }
        }
    }
}

extension Trait where Self == ConditionTrait {
    fileprivate static var winogradExists: Self {
        .enabled("this processor or this version of oneDNN has no Winograd kernels") {
            ComputePlatform.current.instructions == "avx512" && ComputePlatform.current.library.hasPrefix("oneDNN 2.")
        }
    }
}
