import KernelChoices
import Kernels
import Networks
import Parallelism
import Sessions
import Tensors
import TestSupport
import Testing

/// What users get is whatever measuring finds: every way to compute, and any mixture of them, keeps the promises in every mode, with
/// lanes and with micro-batches of unequal size.
@Suite struct EveryKernelTests {
    /// Layers for which there is every variant, and one of odd sizes for which there is none.
    private static func network() -> Network {
        Network("kinds", input: [3, 23, 21]) {
            Conv2D(16, kernel: 5, stride: 2, padding: 1, name: "strided")
            Tanh()
            Conv2D(32, kernel: 3, padding: 1, name: "threes")
            Tanh()
            Conv2D(32, kernel: 3, padding: 1, groups: 2, name: "grouped")
            Tanh()
            AvgPool2D(2)
            Conv2D(5, kernel: 2, name: "odd")
            Tanh()
            Dense(32, name: "wide")
            Tanh()
            Dense(4, name: "readout")
        }
    }

    /// A choice, made for the keys of whichever session is asked.
    enum Choice: CustomStringConvertible, Sendable {
        case everywhere(KernelVariant)
        case drawn(seed: UInt64)

        var description: String {
            switch self {
            case .everywhere(let variant): "\(variant.rawValue) everywhere"
            case .drawn(let seed): "drawn, seed \(seed)"
            }
        }

        /// - Parameter attempt: which of several drawings.
        func table(_ decisions: [KernelDecision], attempt: UInt64) -> KernelTable {
            KernelTable(
                Dictionary(decisions.map { ($0.key, variant(for: $0.key, attempt).rawValue) }) { first, _ in first })
        }

        private func variant(for key: String, _ attempt: UInt64) -> KernelVariant {
            switch self {
            case .everywhere(let variant): return variant
            case .drawn(let seed):
                var hash = (seed &+ 1000 &* attempt) &* 0x9E37_79B9_7F4A_7C15
                for byte in key.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
                hash ^= hash >> 29
                return KernelVariant.allCases[Int(hash % UInt64(KernelVariant.allCases.count))]
            }
        }

        /// Those that there are on this machine, and mixtures of them.
        static func possible(in precision: Precision) -> [Choice] {
            KernelVariant.allCases.filter { isPossible($0, precision) }.map(Choice.everywhere) + (1...4).map { .drawn(seed: $0) }
        }

        private static func isPossible(_ variant: KernelVariant, _ precision: Precision) -> Bool {
            switch variant {
            case .standard, .flipped, .flippedChannelsLast: true
            case .batchInnermost, .winogradLoop: precision == .f32
            case .winograd: precision == .f32 && WinogradKernels.exist
            case .spaceToDepth: precision == .bf16 || WinogradKernels.exist
            case .imagePairs: precision == .bf16
            }
        }
    }

    /// 77 images in 5 micro-batches: two of 16, which batch-innermost kernels take, and three of 15, which they do not.
    private func harness(_ precision: Precision = .f32) -> SessionHarness {
        SessionHarness(
            network: Self.network(), mode: .data, microBatches: 5, batch: 77, classes: 4, learningRate: 0.05, precision: precision
        )
    }

    private static let steps = 2

    /// The parameters after the steps, and which variants were really taken.
    private func run(_ harness: SessionHarness, _ choice: Choice) async throws -> (SessionHarness.Outcome, Set<String>) {
        var harness = harness
        let keys = try await harness.withSession { session, _ in session.kernelDecisions }
        var taken: Set<String> = []
        // What is drawn may be what does not exist, and is no mixture then: it is drawn again.
        for attempt in 0..<20 as Range<UInt64> {
            harness.kernels = KernelSelection(known: choice.table(keys, attempt: attempt), measures: false)
            taken = try await harness.withSession { session, _ in Set(session.kernelDecisions.map(\.variant)) }
            if case .everywhere = choice { break }
            if taken.count > 1 { break }
        }
        return (try await harness.run(steps: Self.steps), taken)
    }

    /// Skipped, and so seen, where some kernels are missing.
    @Test(.winogradExists, .needsBFloat16) func everyKernelIsTried() {
        let tried = Precision.allCases.flatMap { Choice.possible(in: $0) }.compactMap { choice in
            if case .everywhere(let variant) = choice { variant } else { nil }
        }
        #expect(Set(tried) == Set(KernelVariant.allCases))
    }

    @Test(arguments: Choice.possible(in: .f32)) func dataModeGivesTheSameBits(_ choice: Choice) async throws {
        for microBatches in [5, 7] {
            var harness = harness()
            harness.microBatches = microBatches
            let (one, taken) = try await run(harness, choice)
            expectTaken(taken, choice)
            for (devices, lanes) in [(1, 2), (2, 1), (3, 1), (2, 2), (4, 1)] {
                (harness.devices, harness.lanes) = (devices, lanes)
                let found = try await run(harness, choice).0
                #expect(
                    found.parameters == one.parameters,
                    "\(choice), \(microBatches) micro-batches: \(devices) devices of \(lanes) cores")
                #expect(found.losses == one.losses)
            }
        }
    }

    /// Or it is others that are compared.
    private func expectTaken(_ taken: Set<String>, _ choice: Choice) {
        switch choice {
        case .everywhere(let variant):
            #expect(taken.contains(variant.rawValue), "\(choice): \(taken)")
        case .drawn: #expect(taken.count > 1, "\(choice): \(taken)")
        }
    }

    @Test(.needsBFloat16, arguments: Choice.possible(in: .bf16)) func dataModeGivesTheSameBitsInBFloat16(
        _ choice: Choice
    ) async throws {
        var harness = harness(.bf16)
        let (one, taken) = try await run(harness, choice)
        expectTaken(taken, choice)
        for (devices, lanes) in [(2, 1), (3, 1), (2, 2)] {
            (harness.devices, harness.lanes) = (devices, lanes)
            #expect(
                try await run(harness, choice).0.parameters == one.parameters, "\(choice): \(devices) devices of \(lanes) cores")
        }
    }

    @Test(arguments: Choice.possible(in: .f32)) func otherModesAgreeAndRepeatThemselves(_ choice: Choice) async throws {
        var harness = harness()
        let graph = try harness.network.graph(batchSize: harness.batch, purpose: .training)
        let initial = await InitialParameters.values(of: graph, seed: harness.seed)
        harness.initial = initial
        let single = SingleRun(
            initial: initial, single: try await run(harness, .everywhere(.standard)).0,
            agreement: Agreement(steps: Self.steps, batchSize: harness.batch, nearTies: 0))
        for (mode, devices, lanes, microBatches) in [
            (ParallelMode.data, 1, 1, 5), (.model, 2, 1, 5), (.model, 2, 2, 4), (.model, 2, 1, 1), (.model, 4, 1, 2),
            (.hybrid, 2, 1, 4), (.hybrid, 2, 2, 4), (.hybrid, 4, 1, 8),
        ] {
            (harness.mode, harness.devices, harness.lanes, harness.microBatches) = (mode, devices, lanes, microBatches)
            let name = "\(choice) in \(mode) mode on \(devices) devices of \(lanes) cores, \(microBatches) micro-batches"
            let found = try await run(harness, choice).0
            single.expect(found, name)
            #expect(try await run(harness, choice).0.parameters == found.parameters, "\(name), again")
        }
    }
}
