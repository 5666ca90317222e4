/// The first value of a training step that is infinite or no number, in the order of the program.
public struct NonFiniteValue: Sendable, Hashable {
    public enum Place: Sendable, Hashable {
        /// A picture of the batch, by its row.
        case picture(example: Int)
        /// A parameter or the optimizer's state of it, as the step found them.
        case parameter(name: String)
        /// What an operation computed from finite values.
        case result(operation: String)
        /// A sum over workers or shards of finite values.
        case sum(of: String)
        /// A parameter after its update by a finite gradient.
        case update(parameter: String)
    }

    public let device: Int
    public let lane: Int
    /// As given to `TrainingSession.train`: counted from 0.
    public let step: Int
    public let layer: String
    public let place: Place

    /// Whether the batch came so from the host; else the training has run away.
    public var isInBatch: Bool { if case .picture = place { true } else { false } }
}

extension NonFiniteValue: CustomStringConvertible {
    public var description: String {
        let finding =
            switch place {
            case .picture(let example): "picture \(example) of the batch holds a value that is not finite"
            case .parameter(let name): "layer \(layer): \(name), or the optimizer's state of it, holds a value that is not finite"
            case .result(let operation): "layer \(layer): the result of its \(operation) is not finite"
            case .sum(let name): "layer \(layer): the sum of \(name) over its parts is not finite"
            case .update(let name): "layer \(layer): the update of \(name) is not finite, though its gradient is"
            }
        return "device \(device), lane \(lane), step \(step): \(finding)"
    }
}
