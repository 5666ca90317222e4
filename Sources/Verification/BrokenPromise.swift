import Networks
import Sessions

/// A promise that was seen broken: where, when and by how much.
public struct BrokenPromise: Sendable, Hashable, CustomStringConvertible {
    public enum Kind: String, Sendable, Hashable {
        /// A parameter has other bits than one device's, or is farther from them than is allowed.
        case parameter
        /// The optimizer's state of a parameter has other bits than one device's.
        case state
        /// An exchange's result is not what was sent.
        case exchange
        /// A device's copy of a parameter is not the other devices'.
        case replica
        /// The examples' loss is another.
        case loss
        /// The same again gave other bits.
        case repetition
        /// The run ended with an error.
        case failure
    }

    public let kind: Kind
    /// Steps taken, the one in question included; nil where no step is to blame.
    public let step: Int?
    public let device: Int?
    public let layer: String?
    public let description: String

    init(_ kind: Kind, step: Int? = nil, device: Int? = nil, layer: String? = nil, _ description: String) {
        (self.kind, self.step, self.device, self.layer, self.description) = (kind, step, device, layer, description)
    }

    init(_ mismatch: ExchangeMismatch) {
        let site = mismatch.site
        let place = mismatch.index.map { "[" + $0.map(String.init).joined(separator: ", ") + "]" } ?? " (padding)"
        let more = mismatch.count > 1 ? ", the first of \(mismatch.count) wrong elements" : ""
        self.init(
            .exchange, step: mismatch.step + 1, device: site.device, layer: site.layer,
            "step \(mismatch.step + 1), \(site): \(mismatch.isState ? "the optimizer's state of " : "")\(site.tensor)\(place) "
                + "is \(mismatch.found), not \(mismatch.expected)\(more)")
    }

    init(_ replica: ReplicaDifference, layer: String, step: Int) {
        let place = replica.index.map(String.init).joined(separator: ", ")
        let more = replica.count > 1 ? ", the first of \(replica.count) elements that differ" : ""
        self.init(
            .replica, step: step, device: replica.device, layer: layer,
            "step \(step), device \(replica.device), layer \(layer): its copy of \(replica.parameter)[\(place)] is "
                + "\(replica.found), that of device \(replica.first) is \(replica.expected)\(more)")
    }

    /// A parameter that should have the same bits, or is too far out.
    init(_ difference: ParameterDifference, layer: String, promise: VerificationCase.Promise) {
        let element = promise == .sameBits ? difference.largest : difference.farthest
        let place = element.index.map(String.init).joined(separator: ", ")
        let what =
            switch promise {
            case .sameBits:
                "not the same bits as one device's \(element.expected) (\(difference.count) of \(difference.of) elements differ)"
            case .bounded:
                "farther from one device's \(element.expected) than the \(difference.bound) that is allowed there"
            }
        self.init(
            .parameter, step: difference.step, layer: layer,
            "step \(difference.step), layer \(layer): \(difference.parameter)[\(place)] is \(element.found), \(what)")
    }
}
