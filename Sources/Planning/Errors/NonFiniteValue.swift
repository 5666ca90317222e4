/// The first value of a training step or an evaluation that is infinite or no number, in the order of the program.
public struct NonFiniteValue: Sendable, Hashable {
    public enum Place: Sendable, Hashable {
        /// An image of the batch, by its row.
        case image(example: Int)
        /// A parameter or the optimizer's state of it, as the step found them.
        case parameter(name: String)
        /// What an operation computed from finite values.
        case result(operation: String)
        /// A sum over workers or micro-batches of finite values.
        case sum(of: String)
        /// A parameter after its update by a finite gradient.
        case update(parameter: String)
    }

    public let device: Int
    public let lane: Int
    /// As given to `TrainingSession.train`: counted from 0. Of an evaluation, the steps that were taken before it.
    public let step: Int
    /// Whether nothing was learnt meanwhile, so that the session can go on.
    public private(set) var isInEvaluation = false
    public let layer: String
    public let place: Place
    /// Of an evaluation, the first row of the batch whose scores or loss it spoils.
    public private(set) var example: Int?

    /// Whether the batch came so from the host; else the training has run away.
    public var isInBatch: Bool { if case .image = place { true } else { false } }

    package init(device: Int, lane: Int, step: Int, layer: String, place: Place) {
        (self.device, self.lane, self.step, self.layer, self.place) = (device, lane, step, layer, place)
    }

    /// The same, met in an evaluation.
    package func inEvaluation(example: Int) -> NonFiniteValue {
        var value = self
        (value.isInEvaluation, value.example) = (true, example)
        return value
    }
}

extension NonFiniteValue: CustomStringConvertible {
    public var description: String {
        let finding =
            switch place {
            case .image(let example): "image \(example) of the batch holds a value that is not finite"
            case .parameter(let name): "layer \(layer): \(name), or the optimizer's state of it, holds a value that is not finite"
            case .result(let operation): "layer \(layer): the result of its \(operation) is not finite"
            case .sum(let name): "layer \(layer): the sum of \(name) over its parts is not finite"
            case .update(let name): "layer \(layer): the update of \(name) is not finite, though its gradient is"
            }
        let time = !isInEvaluation ? "step \(step)" : step > 0 ? "evaluation after step \(step)" : "evaluation"
        return "device \(device), lane \(lane), \(time): \(finding)"
    }
}
