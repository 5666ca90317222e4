import Networks
import Tensors

extension Network {
    /// The same layers for images of another shape [C, H, W].
    ///
    /// - Parameter withHeads: whether auxiliary heads stay, which may need a larger image than the rest does.
    func taking(_ input: Shape, withHeads: Bool = true) -> Network {
        Network(name, input: input, source: source, loss: loss) { body.layers.filter { withHeads || !($0 is AuxiliaryLoss) } }
    }
}
