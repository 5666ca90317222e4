import KernelChoices
import Layouts
import Networks
import Parallelism
import Planning
import Tensors
import Testing

/// A small network planned with kernels that are made up: what is reordered, fused, shared and exchanged follows from what they want.
@Suite struct MadeUpPlanTests {
    /// Twenty channels: they leave a block half empty, and two devices have ten each.
    private let network = Network("small", input: [3, 8, 8]) {
        Conv2D(20, kernel: 3, padding: 1, name: "conv1")
        ReLU()
        Conv2D(20, kernel: 3, padding: 1, name: "conv2")
        ReLU()
        MaxPool2D(2)
        Dense(10, name: "head")
    }

    private func graphs(_ mode: ParallelMode, devices: Int = 2, microBatches: Int? = nil) throws -> SessionGraphs {
        try SessionGraphs(network, strategy: mode, devices: devices, lanes: 1, batchSize: 8, microBatches: microBatches)
    }

    /// The plans of all workers; worker 0 decides.
    private func plans(
        _ graphs: SessionGraphs, engine: MadeUpEngine = MadeUpEngine(), selection: KernelSelection = .standard
    ) throws -> [UnboundPlans] {
        var decided: SharedLayouts?
        return try (0..<graphs.training.mesh.workerCount).map { worker in
            let plans = try UnboundPlans(
                graphs.byPurpose, worker: worker, engine: engine, selection: selection, precision: .f32, decided: decided)
            decided = decided ?? plans.layouts
            return plans
        }
    }

    private func lines(
        _ plans: UnboundPlans, _ graphs: SessionGraphs, _ purpose: PlanPurpose = .training
    ) throws -> [String] {
        let description = try #require(plans.byPurpose[purpose]).description(in: try #require(graphs.byPurpose[purpose]))
        return description.split(separator: "\n").map { line in String(line.drop { $0 == " " || $0.isNumber }) }
    }

    @Test func reordersStandWhereKernelsDisagree() throws {
        let graphs = try graphs(.single, devices: 1)
        let plans = try plans(graphs)[0]
        let reordered = try lines(plans, graphs).filter { $0.hasPrefix("reorder") }
        #expect(
            reordered == [
                "reorder of images [made up] abcd f32 8x3x8x8 → aBcd16b f32 8x3x8x8",
                "reorder of pool1 [made up] aBcd16b f32 8x20x4x4 → abcd f32 8x20x4x4",
                // The gradient of pooling takes images as the gradient that comes in lies, in rows.
                "reorder of relu2 [made up] aBcd16b f32 8x20x8x8 → abcd f32 8x20x8x8",
                "reorder of ∇relu2.input [made up] abcd f32 8x20x8x8 → aBcd16b f32 8x20x8x8",
                "reorder of conv2.weight [made up] ABcd16b16a f32 20x20x3x3 → ABcd16a16b f32 20x20x3x3",
            ])
        #expect(try lines(plans, graphs, .inference).count { $0.hasPrefix("reorder") } == 2)
    }

    @Test func activationsArePartOfTheConvolutionsBeforeThem() throws {
        let graphs = try graphs(.single, devices: 1)
        let plans = try plans(graphs)[0]
        for purpose in PlanPurpose.allCases {
            let lines = try lines(plans, graphs, purpose)
            #expect(lines.count { $0.hasPrefix("convolution of") } == 2)
            #expect(!lines.contains { $0.lowercased().hasPrefix("relu of") })
        }
    }

    @Test func parametersLieAsTheirKernelsWantThem() throws {
        let plans = try plans(try graphs(.model))
        for plan in plans.flatMap({ $0.byPurpose.values }) {
            let formats = plan.parameterLayouts.sorted { $0.key < $1.key }.map { "\($0.value)" }
            #expect(
                formats == [
                    "ABcd16b16a f32 10x3x3x3", "a f32 10", "ABcd16b16a f32 10x20x3x3", "a f32 10", "ab f32 5x320", "a f32 5",
                ])
        }
        // Padding is stored, too: 16 outputs by 16 inputs.
        #expect(plans[0].byPurpose[.training]?.storedElements(0) == 16 * 16 * 9)
    }

    /// Nobody waits for ever, nothing is read that is not there, and no wait is one too many.
    @Test(arguments: [ParallelMode.data, .model, .hybrid], [nil, 8])
    func plansOfAllWorkersFitTogether(mode: ParallelMode, microBatches: Int?) throws {
        let step = try PlannedStep(
            network, strategy: mode, devices: 2, lanes: 1, batchSize: 8, microBatches: microBatches, engine: MadeUpEngine())
        let traces = try #require(step.traces[.training])
        #expect(traces.map(\.worker) == [0, 1] && step.workers == 2)
        try PlanChecker.check(traces)
        let waits = step.programs[0].waitCount
        try #require(waits > 0)
        for place in 0..<waits {
            #expect(throws: PlanFault.self, "wait \(place)") { try PlanChecker.check(traces.map { $0.leavingOut(wait: place) }) }
        }
    }

    /// Of a trace every byte is in the arena that the memory plan makes, and every parameter as large as its layout.
    @Test(arguments: [ParallelMode.data, .model]) func tracesStayInTheirMemory(mode: ParallelMode) throws {
        let graphs = try graphs(mode)
        for (worker, plans) in try plans(graphs).enumerated() {
            let memory = WorkerMemoryPlan(plans.byPurpose, placed: graphs.training, worker: worker)
            #expect(memory.arenaBytes >= memory.scratchpadOffset + 1000)
            let layouts = plans.layouts.parameters
            let traces = memory.traces(plans.byPurpose, graphs.byPurpose, worker: worker)
            #expect(Set(traces.keys) == [.training, .inference])
            for case .access(let access) in traces.values.flatMap(\.events) {
                let spans = access.reads.compactMap { if case .span(let span) = $0 { span } else { nil } } + access.writes
                for span in spans {
                    switch span.space {
                    case .arena(let owner): #expect(owner == worker && span.bytes.upperBound <= memory.scratchpadOffset)
                    case .parameter(let parameter, _): #expect(span.bytes.upperBound <= layouts[parameter]?.byteCount ?? 0)
                    }
                }
            }
        }
    }

    /// Blocks that both devices fill are exchanged as they lie; others in rows.
    @Test(arguments: [(20, false), (32, true)]) func channelsAreExchangedInWholeBlocks(channels: Int, fillBlocks: Bool) throws {
        let network = Network("exchanging", input: [16, 8, 8]) {
            Conv2D(channels, kernel: 3, padding: 1, name: "conv1")
            Conv2D(channels, kernel: 3, padding: 1, name: "conv2")
            Dense(10, name: "head")
        }
        let graphs = try SessionGraphs(
            network, strategy: ParallelMode.model, devices: 2, lanes: 1, batchSize: 8, microBatches: nil)
        let formats = try #require(try plans(graphs)[0].byPurpose[.inference]).formats
        #expect(formats.values.contains(.blocked(16)) == fillBlocks)
    }

    // MARK: Which kernel

    @Test func whatIsFastestIsTakenByAll() throws {
        let graphs = try graphs(.data)
        let engine = MadeUpEngine(seconds: [.standard: 3, .winograd: 1])
        let plans = try plans(graphs, engine: engine, selection: KernelSelection(measures: true))
        let decisions = try #require(plans[0].byPurpose[.training]).decisions
        #expect(decisions.map(\.layer) == ["conv1", "conv2"])
        #expect(decisions.allSatisfy { $0.variant == "winograd" && $0.reason == .measured && $0.seconds["standard"] == 3 })
        for plan in plans {
            for purpose in PlanPurpose.allCases {
                #expect(try lines(plan, graphs, purpose).count { $0.contains("made up, winograd") } == 2)
            }
        }
        #expect(plans[1].byPurpose.values.allSatisfy { $0.decisions.isEmpty })
    }

    @Test func whatIsSlowerIsNotTaken() throws {
        let graphs = try graphs(.data)
        let engine = MadeUpEngine(seconds: [.standard: 1, .winograd: 3])
        let plans = try plans(graphs, engine: engine, selection: KernelSelection(measures: true))
        #expect(try lines(plans[0], graphs).allSatisfy { !$0.contains("winograd") })
    }

    /// What a processor could do by a plain loop alone is not timed, as it might take minutes; who asks for it still gets it.
    @Test func plainLoopsAreNotTimed() throws {
        let graphs = try graphs(.single, devices: 1)
        let engine = MadeUpEngine(seconds: [.standard: 2, .flipped: 1, .winograd: 3], plainLoops: [.flipped])
        func decisions(_ selection: KernelSelection) throws -> [KernelDecision] {
            try #require(plans(graphs, engine: engine, selection: selection)[0].byPurpose[.training]).decisions
        }
        let measured = try decisions(KernelSelection(measures: true))
        #expect(!measured.isEmpty)
        for decision in measured where decision.reason == .measured {
            #expect(decision.variant == "standard" && Set(decision.seconds.keys) == ["standard", "winograd"])
        }
        #expect(measured.contains { $0.reason == .measured })
        #expect(try decisions(KernelSelection(preferred: .flipped)).allSatisfy { $0.variant == "flipped" })
    }

    @Test func anOperationWithoutKernelIsNamed() throws {
        let error = #expect(throws: ExecutionError.self) {
            try plans(try graphs(.single, devices: 1), engine: MadeUpEngine(unknown: "max pooling"))
        }
        #expect(error?.description.hasPrefix("there is no kernel for max pooling, ") == true)
    }

    @Test func aKernelThatIsRefusedIsNamed() throws {
        let error = #expect(throws: ExecutionError.self) {
            try plans(try graphs(.single, devices: 1), engine: MadeUpEngine(refused: "max pooling"))
        }
        #expect(
            error?.description
                == "device 0, lane 0: max pooling of pool1 failed: this engine would rather not")
    }
}

extension MemoryTrace {
    fileprivate func leavingOut(wait place: Int) -> MemoryTrace {
        var trace = self
        var met = -1
        trace.events.removeAll { event in
            guard case .wait = event else { return false }
            met += 1
            return met == place
        }
        return trace
    }
}
