/// Why the programs of a step's workers do not fit together.
public struct ProgramFault: Error, Sendable, Hashable, CustomStringConvertible {
    public let worker: Int
    /// The instruction's place in the worker's program.
    public let instruction: Int
    public let description: String
}

/// Holds the programs of all workers against each other: nobody waits for ever, nothing is read before it is written, nothing is
/// overwritten before it is read, and every parameter is whole on every device when the step is over.
///
/// Pure, and without a kernel, a layout or an address: those of a plan are `PlanChecker`'s business.
public struct ProgramChecker {
    private typealias Event = (worker: Int, instruction: Int)

    private let programs: [Program]
    private let order: SignalOrder
    private var writers: [Operand: Event] = [:]

    /// Throws the first fault. Cost: proportional to the instructions of all programs; where workers share a device's parameters, the
    /// pairs of instructions that use each.
    public static func check(_ programs: [Program]) throws(ProgramFault) {
        var checker = try ProgramChecker(programs)
        try checker.checkThatAllIsWrittenOnce()
        try checker.checkReads()
        try checker.checkThatAllGradientsAreUsed()
        try checker.checkParameters()
        try checker.checkThatParametersAreWhole()
    }

    private init(_ programs: [Program]) throws(ProgramFault) {
        self.programs = programs
        do {
            order = try SignalOrder(programs.map { $0.instructions.map(\.signalEvent) })
        } catch {
            throw ProgramFault(worker: error.worker, instruction: error.event, description: error.description)
        }
    }

    private mutating func checkThatAllIsWrittenOnce() throws(ProgramFault) {
        for (worker, program) in programs.enumerated() {
            for (place, instruction) in program.instructions.enumerated() {
                for output in instruction.outputs {
                    guard writers.updateValue((worker, place), forKey: output) == nil else {
                        throw fault((worker, place), "writes \(output), which is written already")
                    }
                }
            }
        }
    }

    /// What is no parameter is written before it is read; so are the slices that are gathered.
    private func checkReads() throws(ProgramFault) {
        for (worker, program) in programs.enumerated() {
            for (place, instruction) in program.instructions.enumerated() {
                for input in instruction.inputs {
                    switch input {
                    case .parameter: continue
                    case .parameterSlice where [.update, .norm].contains(instruction.kind): continue
                    case .tensor, .partialSum, .batchSum, .gradientSlice, .squares, .norms, .parameterSlice: break
                    }
                    guard let writer = writers[input] else { throw fault((worker, place), "reads \(input), which nobody makes") }
                    guard order.isDone(writer.instruction, of: writer.worker, before: place, of: worker) else {
                        throw fault((worker, place), "reads \(input), which worker \(writer.worker) may not have written yet")
                    }
                }
            }
        }
    }

    /// A part of a gradient that nobody reads would be lost.
    private func checkThatAllGradientsAreUsed() throws(ProgramFault) {
        // What is read for a norm alone changes nothing.
        let instructions = programs.flatMap(\.instructions)
        let read = Set(instructions.filter { $0.kind != .norm }.flatMap(\.inputs))
        let measured = Set(instructions.flatMap(\.inputs))
        for (worker, program) in programs.enumerated() {
            for (place, instruction) in program.instructions.enumerated() {
                for output in instruction.outputs where !read.contains(output) {
                    switch output {
                    case .squares where measured.contains(output): continue
                    case .partialSum, .gradientSlice, .squares, .norms:
                        throw fault((worker, place), "makes \(output), which nobody reads")
                    case .tensor, .batchSum, .parameter, .parameterSlice: continue
                    }
                }
            }
        }
    }

    /// Who changes a device's copy of a parameter and who uses it do so one after the other.
    private func checkParameters() throws(ProgramFault) {
        var uses: [[Int]: [(event: Event, slice: Int?, writes: Bool)]] = [:]
        for (worker, program) in programs.enumerated() {
            for (place, instruction) in program.instructions.enumerated() {
                for (operand, writes) in instruction.inputs.map({ ($0, false) }) + instruction.outputs.map({ ($0, true) }) {
                    switch operand {
                    case .parameter(let parameter, let device):
                        uses[[parameter, device], default: []].append(((worker, place), nil, writes))
                    case .parameterSlice(let parameter, let device, let owner):
                        uses[[parameter, device], default: []].append(((worker, place), owner, writes))
                    case .tensor, .partialSum, .batchSum, .gradientSlice, .squares, .norms: continue
                    }
                }
            }
        }
        for uses in uses.values {
            for write in uses where write.writes {
                for other in uses where other.event.worker != write.event.worker {
                    guard write.slice == nil || other.slice == nil || write.slice == other.slice else { continue }
                    let (a, b) = (write.event, other.event)
                    guard
                        order.isDone(a.instruction, of: a.worker, before: b.instruction, of: b.worker)
                            || order.isDone(b.instruction, of: b.worker, before: a.instruction, of: a.worker)
                    else { throw fault(a, "changes a parameter that worker \(b.worker) may be using") }
                }
            }
        }
    }

    /// Each slice that anybody who shares an update has updated comes to each of their devices.
    private func checkThatParametersAreWhole() throws(ProgramFault) {
        var sharers: [[Operand]: Set<Int>] = [:]
        var updates: [(event: Event, sums: [Operand], parameter: Int)] = []
        for (worker, program) in programs.enumerated() {
            for (place, instruction) in program.instructions.enumerated() {
                guard case .reduce(let parameter, _, _) = instruction.action else { continue }
                let sums = instruction.inputs
                sharers[sums, default: []].insert(worker)
                updates.append(((worker, place), sums, parameter))
            }
        }
        for update in updates {
            let device = programs[update.event.worker].device
            for sharer in (sharers[update.sums] ?? []).sorted()
            where writers[.parameterSlice(update.parameter, device: device, updatedBy: sharer)] == nil {
                throw fault(
                    update.event, "sums a gradient whose parameter lacks the slice of worker \(sharer) on device \(device)")
            }
        }
    }

    private func fault(_ event: Event, _ text: String) -> ProgramFault {
        let title = programs[event.worker].instructions[event.instruction].title
        return ProgramFault(
            worker: event.worker, instruction: event.instruction,
            description: "worker \(event.worker), instruction \(event.instruction), \(title): \(text)")
    }
}

extension Instruction {
    package var signalEvent: SignalOrder.Event {
        switch action {
        case .signal(let signal, _): .signal(signal.number)
        case .wait(let signals, _): .wait(signals)
        case .load, .compute, .collective, .add, .sumOverBatch, .reduce, .squares, .norms, .update, .gather: .other
        }
    }
}
