public import Networks
import Tensors

extension ChannelPadding: LoopOperation {
    public func compute(_ block: OperationBlock<Float>) { pad(block) }
    public func compute(_ block: OperationBlock<Double>) { pad(block) }

    private func pad<Number>(_ block: OperationBlock<Number>) {
        let (x, y) = (block.input(0), block.output(0))
        let examples = block.inputTypes[0].shape[0]
        guard let from = x.baseAddress, let to = y.baseAddress else { return }
        let (own, all) = (x.count / examples, y.count / examples)
        for example in 0..<examples {
            (to + example &* all).update(from: from + example &* own, count: own)
            (to + (example &* all &+ own)).update(repeating: 0, count: all &- own)
        }
    }
}
