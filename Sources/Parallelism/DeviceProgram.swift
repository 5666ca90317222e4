public import Networks
public import Tensors

/// What one lane of one device does in a step, in order: plain data that prints and can be counted.
public struct DeviceProgram: Sendable {
    public let device: Int
    public let lane: Int
    /// The instructions of all turns, one turn after the other, then the updates.
    public let instructions: [DeviceInstruction]
    /// How often the worker goes through the network in a step: once for each of its shards.
    public let turnCount: Int

    /// The program of one worker: the placed graph's instructions with this worker's blocks.
    public init(of placed: PlacedGraph, worker: Int) {
        device = placed.mesh.device(of: worker)
        lane = placed.mesh.lane(of: worker)
        turnCount = placed.turnCount(of: worker)
        let gradients = placed.gradients
        var instructions = [DeviceInstruction]()
        for turn in 0..<turnCount {
            for instruction in placed.turnInstructions {
                instructions.append(DeviceInstruction(instruction, in: placed, worker: worker, turn: turn))
                for output in instruction.outputs {
                    guard let (_, axes) = gradients[output] else { continue }
                    let additions = placed.additions(axes: axes, worker: worker, turn: turn)
                    guard !additions.isEmpty else { continue }
                    instructions.append(
                        DeviceInstruction(adding: output, times: additions.count, in: placed, worker: worker, turn: turn))
                }
            }
        }
        self.instructions =
            instructions + placed.updateInstructions.map { DeviceInstruction($0, in: placed, worker: worker, turn: nil) }
    }

    /// What the device receives from other devices in a step.
    public var received: ExchangeCount {
        instructions.reduce(ExchangeCount()) { $0 + $1.received }
    }

    /// Floating-point operations of a step.
    public var floatingPointOperations: Int {
        instructions.reduce(0) { $0 + $1.floatingPointOperations }
    }
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

/// One instruction of a device program.
public struct DeviceInstruction: Sendable {
    public enum Kind: Sendable, Hashable {
        case load
        case compute
        /// Adds partial sums of a gradient over the worker's own shards.
        case accumulate
        case exchange(CollectiveKind)
        case update
    }

    public let kind: Kind
    /// The turn that it belongs to, counted from 0; nil for what ends the step.
    public let turn: Int?
    /// `convolution 11×11, stride 4`, `all-gather`, `update`.
    public let title: String
    /// The layer it belongs to, or the parameter's or tensor's name.
    public let subject: String
    public let output: LocalTensor
    public let received: ExchangeCount
    public let floatingPointOperations: Int

    package init(_ instruction: PlacedInstruction, in placed: PlacedGraph, worker: Int, turn: Int?) {
        func local(_ id: PlacedID) -> LocalTensor { placed.local(id, worker: worker, turn: turn ?? 0) }
        switch instruction {
        case .load(let id):
            self.init(.load, turn, "load", placed[id].name, local(id))
        case .compute(let node, let divisions, let inputs, let outputs):
            let operation = placed.localOperation(node, divisions: divisions, outputs: outputs, worker: worker, turn: turn ?? 0)
            let cost = operation.cost(inputs: inputs.map { local($0).type }, outputs: outputs.map { local($0).type })
            let attributes = operation.attributes
            self.init(
                .compute, turn, operation.name + (attributes.isEmpty ? "" : " " + attributes), placed.graph.node(node).layer,
                local(outputs[0]), floatingPointOperations: cost.floatingPointOperations)
        case .collective(let kind, let axes, let input, let output):
            self.init(
                .exchange(kind), turn, kind.rawValue, placed[output].name, local(output),
                received: placed.exchange(kind, axes: axes, input: input, output: output, worker: worker, turn: turn ?? 0))
        case .reduceGradient(let parameter, let gradient, let axes):
            let slice = placed.slice(of: parameter, axes: axes, worker: worker)
            let messages = placed.otherDevices(axes: axes, worker: worker).reduce(0) {
                $0 + placed.partialSums(axes: axes, worker: $1).count
            }
            self.init(
                .exchange(.reduceScatter), turn, CollectiveKind.reduceScatter.rawValue, placed[gradient].name,
                LocalTensor(
                    name: placed[gradient].name, type: TensorType([slice.count]), placements: placed[gradient].placements),
                received: ExchangeCount(messages: messages, bytes: messages * slice.count * 4))
        case .update(let parameter, _, let axes):
            let slice = placed.slice(of: parameter, axes: axes, worker: worker)
            let place = placed[placed.parameters[parameter]]
            self.init(
                .update, turn, "update", place.name,
                LocalTensor(name: place.name, type: TensorType([slice.count]), placements: place.placements),
                floatingPointOperations: 5 * slice.count)
        case .gatherParameter(let parameter, let axes):
            let id = placed.parameters[parameter]
            let peers = placed.otherDevices(axes: axes, worker: worker).filter {
                placed.mesh.lane(of: $0) == placed.mesh.lane(of: worker)
            }
            // All of them hold the same block of the parameter, and a slice of it each.
            let block = local(id).type.shape.elementCount
            let elements = peers.reduce(0) { $0 + placed.slice(ofElements: block, axes: axes, worker: $1).count }
            self.init(
                .exchange(.allGather), turn, CollectiveKind.allGather.rawValue, placed[id].name, local(id),
                received: ExchangeCount(messages: peers.count, bytes: elements * 4))
        }
    }

    package init(adding gradient: PlacedID, times: Int, in placed: PlacedGraph, worker: Int, turn: Int) {
        let local = placed.local(gradient, worker: worker, turn: turn)
        self.init(
            .accumulate, turn, times == 1 ? "addition of shards" : "additions of shards, \(times)", placed[gradient].name, local,
            floatingPointOperations: times * local.type.shape.elementCount)
    }

    private init(
        _ kind: Kind, _ turn: Int?, _ title: String, _ subject: String, _ output: LocalTensor,
        received: ExchangeCount = ExchangeCount(), floatingPointOperations: Int = 0
    ) {
        self.kind = kind
        self.turn = turn
        self.title = title
        self.subject = subject
        self.output = output
        self.received = received
        self.floatingPointOperations = floatingPointOperations
    }
}
