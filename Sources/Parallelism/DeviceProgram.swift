public import Networks
public import Tensors

/// What one lane of one device does in a step, in order: plain data that prints and can be counted.
public struct DeviceProgram: Sendable {
    public let device: Int
    public let lane: Int
    public let instructions: [DeviceInstruction]

    /// The program of one worker: the placed graph's instructions with this worker's blocks.
    public init(of placed: PlacedGraph, worker: Int) {
        device = placed.mesh.device(of: worker)
        lane = placed.mesh.lane(of: worker)
        instructions = placed.instructions.map { DeviceInstruction($0, in: placed, worker: worker) }
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
        case exchange(CollectiveKind)
        case update
    }

    public let kind: Kind
    /// `convolution 11×11, stride 4`, `all-gather`, `update`.
    public let title: String
    /// The layer it belongs to, or the parameter's or tensor's name.
    public let subject: String
    public let output: LocalTensor
    public let received: ExchangeCount
    public let floatingPointOperations: Int

    init(_ instruction: PlacedInstruction, in placed: PlacedGraph, worker: Int) {
        switch instruction {
        case .load(let id):
            self.init(.load, "load", placed[id].name, placed.local(id, worker: worker))
        case .compute(let node, let divisions, let inputs, let outputs):
            let operation = placed.localOperation(node, divisions: divisions, outputs: outputs, worker: worker)
            let output = placed.local(outputs[0], worker: worker)
            let cost = operation.cost(
                inputs: inputs.map { placed.local($0, worker: worker).type },
                outputs: outputs.map { placed.local($0, worker: worker).type })
            let attributes = operation.attributes
            self.init(
                .compute, operation.name + (attributes.isEmpty ? "" : " " + attributes), placed.graph.node(node).layer, output,
                floatingPointOperations: cost.floatingPointOperations)
        case .collective(let kind, let axes, let input, let output):
            self.init(
                .exchange(kind), kind.rawValue, placed[output].name, placed.local(output, worker: worker),
                received: placed.exchange(kind, axes: axes, input: input, output: output, worker: worker))
        case .reduceGradient(let parameter, let gradient, let axes):
            let slice = placed.slice(of: parameter, axes: axes, worker: worker)
            let peers = placed.otherDevices(axes: axes, worker: worker)
            self.init(
                .exchange(.reduceScatter), CollectiveKind.reduceScatter.rawValue, placed[gradient].name,
                LocalTensor(
                    name: placed[gradient].name, type: TensorType([slice.count]), placements: placed[gradient].placements),
                received: ExchangeCount(messages: peers.count, bytes: peers.count * slice.count * 4))
        case .update(let parameter, _, let axes):
            let slice = placed.slice(of: parameter, axes: axes, worker: worker)
            let place = placed[placed.parameters[parameter]]
            self.init(
                .update, "update", place.name,
                LocalTensor(name: place.name, type: TensorType([slice.count]), placements: place.placements),
                floatingPointOperations: 5 * slice.count)
        case .gatherParameter(let parameter, let axes):
            let id = placed.parameters[parameter]
            let peers = placed.otherDevices(axes: axes, worker: worker).filter {
                placed.mesh.lane(of: $0) == placed.mesh.lane(of: worker)
            }
            let elements = peers.reduce(0) { $0 + placed.slice(of: parameter, axes: axes, worker: $1).count }
            self.init(
                .exchange(.allGather), CollectiveKind.allGather.rawValue, placed[id].name, placed.local(id, worker: worker),
                received: ExchangeCount(messages: peers.count, bytes: elements * 4))
        }
    }

    private init(
        _ kind: Kind, _ title: String, _ subject: String, _ output: LocalTensor, received: ExchangeCount = ExchangeCount(),
        floatingPointOperations: Int = 0
    ) {
        self.kind = kind
        self.title = title
        self.subject = subject
        self.output = output
        self.received = received
        self.floatingPointOperations = floatingPointOperations
    }
}
