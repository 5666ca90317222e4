public import Networks
public import Tensors

/// What one worker, a lane of a device, does in a step, in order: plain data that is run, checked, printed and counted.
///
/// A pure function of the placed graph. Who waits for whom is part of it, so no two workers can disagree about that.
public struct Program: Sendable {
    public let worker: Int
    public let device: Int
    public let lane: Int
    /// How often the worker goes through the network in a step: once for each of its micro-batches.
    public let microStepCount: Int
    /// The instructions of all micro-steps, one micro-step after the other, then what ends the step. A parameter that no other worker has a part in is
    /// updated in the last micro-step, as soon as nothing reads it any more.
    public let instructions: [Instruction]

    /// The program of one worker.
    public init(of placed: PlacedGraph, worker: Int) {
        var builder = ProgramBuilder(placed, worker: worker)
        builder.build()
        self.worker = worker
        device = placed.mesh.device(of: worker)
        lane = placed.mesh.lane(of: worker)
        microStepCount = placed.microStepCount(of: worker)
        instructions = builder.instructions
    }

    /// Another program in its place, for tests of those who check programs.
    package init(_ program: Program, instructions: [Instruction]) {
        (worker, device, lane, microStepCount) = (program.worker, program.device, program.lane, program.microStepCount)
        self.instructions = instructions
    }

    /// The programs of all workers.
    public static func all(of placed: PlacedGraph) -> [Program] {
        (0..<placed.mesh.workerCount).map { Program(of: placed, worker: $0) }
    }

    /// What the device receives from other devices in a step.
    public var received: ExchangeCount {
        instructions.reduce(ExchangeCount()) { $0 + $1.received }
    }

    /// Floating-point operations of a step.
    public var floatingPointOperations: Int {
        instructions.reduce(0) { $0 + $1.cost.floatingPointOperations }
    }

    /// How often the worker waits for others in a step.
    public var waitCount: Int { instructions.count { $0.kind == .wait } }
}

/// Messages and bytes that reach a device from other devices. What passes between the lanes of one device does not count.
public struct ExchangeCount: Sendable, Hashable {
    public var messages = 0
    public var bytes = 0

    public init(messages: Int = 0, bytes: Int = 0) {
        self.messages = messages
        self.bytes = bytes
    }

    public static func + (a: Self, b: Self) -> Self {
        ExchangeCount(messages: a.messages + b.messages, bytes: a.bytes + b.bytes)
    }
}

/// A block of a tensor on one device.
public struct LocalTensor: Sendable, Hashable {
    public let name: String
    public let type: TensorType
    /// One placement per mesh axis.
    public let placements: [Placement]
}
