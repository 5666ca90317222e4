public import Networks
import Tensors

extension ChannelSelection: LoopOperation {
    public func compute(_ block: OperationBlock<Float>) { select(block) }
    public func compute(_ block: OperationBlock<Double>) { select(block) }

    private func select<Number>(_ block: OperationBlock<Number>) {
        let source = ChannelRows(block.inputTypes[0].shape)
        guard var from = block.input(0).baseAddress, var to = block.output(0).baseAddress else { return }
        for _ in 0..<source.examples {
            for index in indices {
                to.update(from: from + index &* source.rowLength, count: source.rowLength)
                to += source.rowLength
            }
            from += source.channels &* source.rowLength
        }
    }
}

extension ChannelSelectionGradient: LoopOperation {
    public func compute(_ block: OperationBlock<Float>) { add(block) }
    public func compute(_ block: OperationBlock<Double>) { add(block) }

    private func add<Number>(_ block: OperationBlock<Number>) {
        let result = ChannelRows(block.outputTypes[0].shape)
        let (dy, dx) = (block.input(0), block.output(0))
        dx.update(repeating: 0)
        var (from, to) = (0, 0)
        for _ in 0..<result.examples {
            for index in indices {
                let row = to &+ index &* result.rowLength
                for place in 0..<result.rowLength { dx[row &+ place] += dy[from &+ place] }
                from &+= result.rowLength
            }
            to &+= result.channels &* result.rowLength
        }
    }
}
