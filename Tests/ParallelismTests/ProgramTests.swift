import ModelZoo
import Networks
import Parallelism
import Tensors
import Testing

/// What the programs of a step say of each other, without a kernel, a layout or an address.
@Suite struct ProgramTests {
    private func placed(
        _ mode: ParallelMode, devices: Int, lanes: Int = 1, microBatches: Int? = nil, batch: Int = 24,
        model: String = "alexnet-small", rule: any UpdateRule = GradientDescent()
    ) throws -> PlacedGraph {
        let training = try TrainingGraph(
            of: ModelZoo.network(named: model).graph(batchSize: batch, purpose: .training), rule: rule)
        return try Partitioner.place(training, strategy: mode, devices: devices, lanes: lanes, microBatches: microBatches)
    }

    static let spreads: [(ParallelMode, Int, Int, Int?)] = [
        (.single, 1, 1, nil), (.single, 1, 3, nil), (.data, 2, 1, nil), (.data, 3, 2, 8), (.data, 5, 1, 3), (.model, 2, 1, nil),
        (.model, 4, 2, 8), (.hybrid, 2, 1, 4), (.hybrid, 4, 2, 16),
    ]

    @Test(arguments: spreads) func programsFitTogether(mode: ParallelMode, devices: Int, lanes: Int, microBatches: Int?) throws {
        for rule in [GradientDescent(), Clipped(LARS(), toNorm: 1)] as [any UpdateRule] {
            try expectFit(
                try placed(mode, devices: devices, lanes: lanes, microBatches: microBatches, rule: rule), devices * lanes)
        }
    }

    private func expectFit(_ placed: PlacedGraph, _ workers: Int) throws {
        let programs = Program.all(of: placed)
        #expect(programs.map(\.worker) == Array(0..<workers))
        try ProgramChecker.check(programs)
        for program in programs {
            #expect(program.instructions.map(\.id) == Array(program.instructions.indices))
            // Signals are counted from 1, and each is followed by a wait for the same number of others.
            var count = 0
            for (instruction, next) in zip(program.instructions, program.instructions.dropFirst()) {
                guard case .signal(let signal, _) = instruction.action else { continue }
                count += 1
                #expect(signal == Signal(worker: program.worker, number: count))
                guard case .wait(let awaited, _) = next.action else {
                    Issue.record("nobody waits behind signal \(count)")
                    continue
                }
                #expect(!awaited.isEmpty && awaited.allSatisfy { $0.number == count && $0.worker != program.worker })
            }
            #expect((count > 0) == (programs.count > 1))
        }
    }

    /// On four devices along two axes, one who gathers along one axis waits for the other of its pair alone.
    @Test func whoReadsFromTwoWaitsForNoMore() throws {
        let programs = Program.all(of: try placed(.model, devices: 6, batch: 24, model: "lenet5"))
        for program in programs {
            var reads: Set<Int> = []
            for (index, instruction) in program.instructions.enumerated() {
                guard case .wait(let awaited, _) = instruction.action else { continue }
                var behind: Set<Int> = []
                for later in program.instructions[(index + 1)...] {
                    if later.kind == .wait { break }
                    behind.formUnion(later.inputs.compactMap(\.owner))
                }
                behind.remove(program.worker)
                let isUpdate = instruction.microStep == nil
                if !isUpdate { #expect(Set(awaited.map(\.worker)) == reads.union(behind)) }
                reads = behind
            }
        }
        // Somebody waits for fewer than all.
        #expect(
            programs.contains { program in
                program.instructions.contains { if case .wait(let awaited, _) = $0.action { awaited.count < 5 } else { false } }
            })
    }

    /// No parameter changes before every worker has looked at its losses: whoever sums gradients has waited for all.
    @Test(arguments: [(ParallelMode.data, 3, 2), (.hybrid, 4, 2), (.model, 4, 2)])
    func beforeTheFirstSumAllAreWaitedFor(mode: ParallelMode, devices: Int, lanes: Int) throws {
        for program in Program.all(of: try placed(mode, devices: devices, lanes: lanes, microBatches: 16)) {
            let first = try #require(
                program.instructions.firstIndex { if case .reduce = $0.action { true } else { false } })
            guard case .wait(let awaited, _) = program.instructions[first - 1].action else {
                Issue.record("a sum without a wait")
                continue
            }
            #expect(awaited.count == devices * lanes - 1)
        }
    }

    /// Each instruction of a program is there for something: without it the checker finds what goes wrong.
    @Test(arguments: [(ParallelMode.data, 2, 1), (.data, 2, 2), (.model, 2, 1), (.hybrid, 2, 1)], [false, true])
    func nothingCanBeLeftOut(spread: (ParallelMode, Int, Int), clips: Bool) throws {
        let (mode, devices, lanes) = spread
        let rule: any UpdateRule = clips ? Clipped(GradientDescent(), toNorm: 1) : GradientDescent()
        let placed = try placed(mode, devices: devices, lanes: lanes, microBatches: 4, batch: 8, rule: rule)
        let programs = Program.all(of: placed)
        try ProgramChecker.check(programs)
        var left = 0
        for index in programs[0].instructions.indices {
            let instruction = programs[0].instructions[index]
            // Some results nobody but the host reads.
            let isRead = programs.contains { program in
                program.instructions.contains {
                    ($0.id, program.worker) != (index, 0) && !Set($0.inputs).isDisjoint(with: instruction.outputs)
                }
            }
            guard isRead || [.signal, .wait, .update].contains(instruction.kind) else { continue }
            var wrong = programs
            wrong[0] = programs[0].leavingOut(index)
            left += 1
            #expect(throws: ProgramFault.self, "instruction \(index), \(instruction.title) of \(instruction.subject)") {
                try ProgramChecker.check(wrong)
            }
        }
        #expect(left > programs[0].instructions.count / 2)
    }

    /// Each part of a gradient has its squares added once, whoever else has the same part, and every worker has all of them.
    @Test(arguments: [(ParallelMode.single, 1, 1), (.single, 1, 2), (.data, 3, 1), (.model, 4, 1), (.hybrid, 4, 2)])
    func normsAreOfEveryPartOnce(mode: ParallelMode, devices: Int, lanes: Int) throws {
        let placed = try placed(
            mode, devices: devices, lanes: lanes, microBatches: 8, batch: 16, rule: Clipped(GradientDescent(), toNorm: 1))
        let programs = Program.all(of: placed)
        var elements = 0
        for (parameter, axes) in placed.squares {
            for worker in placed.partHolders(of: parameter, axes: axes) {
                let count = programs[worker].instructions.count {
                    if case .squares(parameter, _, _) = $0.action { true } else { false }
                }
                #expect(count == 1)
                elements += placed.slice(of: parameter, axes: axes, worker: worker).count
            }
        }
        #expect(elements == placed.graph.parameters.filter(\.isTrainable).reduce(0) { $0 + $1.shape.elementCount })
        let parts = programs.reduce(0) { $0 + $1.instructions.count { if case .squares = $0.action { true } else { false } } }
        for program in programs {
            let norms = try #require(program.instructions.first { if case .norms = $0.action { true } else { false } })
            #expect(norms.inputs.count == parts)
            let first = try #require(program.instructions.firstIndex { $0.kind == .update })
            #expect(norms.id < first)
        }
    }

    @Test func whatIsWrongIsNamed() throws {
        let programs = Program.all(of: try placed(.data, devices: 2, batch: 8, model: "lenet5"))
        let wait = try #require(programs[1].instructions.firstIndex { $0.kind == .wait })
        let signal = try #require(programs[1].instructions.firstIndex { $0.kind == .signal })
        let gather = try #require(
            programs[1].instructions.firstIndex { if case .gather = $0.action { true } else { false } })
        func fault(leavingOut index: Int) -> ProgramFault? {
            #expect(throws: ProgramFault.self) { try ProgramChecker.check([programs[0], programs[1].leavingOut(index)]) }
        }
        #expect(fault(leavingOut: wait)?.description.contains("may not have written yet") == true)
        #expect(fault(leavingOut: signal)?.description.contains("worker 0 waits for signal") == true)
        #expect(fault(leavingOut: gather)?.description.contains("lacks the slice of worker 0 on device 1") == true)
        let twice = programs[1].repeating(try #require(programs[1].instructions.firstIndex { $0.kind == .compute }))
        let repeated = #expect(throws: ProgramFault.self) { try ProgramChecker.check([programs[0], twice]) }
        #expect(repeated?.description.contains("which is written already") == true)
    }

    @Test func anUpdateThatNobodySharesComesEarly() throws {
        let program = Program(of: try placed(.single, devices: 1, microBatches: 2, batch: 8, model: "lenet5"), worker: 0)
        let firstUpdate = try #require(program.instructions.firstIndex { $0.kind == .update })
        let lastOfMicroStep = try #require(program.instructions.lastIndex { $0.microStep == 1 })
        #expect(firstUpdate < lastOfMicroStep)
        #expect(program.instructions[..<firstUpdate].contains { $0.microStep == 1 && $0.kind == .accumulate })
        // It stands in the last micro-step's part of the table.
        let lines = program.description.split(separator: "\n").map(String.init)
        let heading = try #require(lines.firstIndex(of: "micro-step 1:"))
        let end = lines.firstIndex(of: "after the micro-steps:") ?? lines.count
        #expect(lines[heading..<end].contains { $0.contains("update") })
    }
}

extension Program {
    fileprivate func leavingOut(_ index: Int) -> Program {
        var changed = instructions
        changed.remove(at: index)
        return Program(self, instructions: changed)
    }

    fileprivate func repeating(_ index: Int) -> Program {
        var changed = instructions
        changed.insert(instructions[index], at: index)
        return Program(self, instructions: changed)
    }
}

extension Operand {
    /// The worker in whose arena it lies; nil for a parameter.
    fileprivate var owner: Int? {
        switch self {
        case .tensor(_, _, let worker), .partialSum(_, _, let worker), .batchSum(_, let worker), .gradientSlice(_, let worker),
            .squares(_, let worker),
            .norms(let worker):
            worker
        case .parameter, .parameterSlice: nil
        }
    }
}
