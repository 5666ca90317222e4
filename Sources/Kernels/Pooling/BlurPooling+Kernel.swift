public import Networks
import Tensors

extension BlurPooling: LoopOperation {
    public func compute(_ block: OperationBlock<Float>) { smooth(block) }
    public func compute(_ block: OperationBlock<Double>) { smooth(block) }

    /// Three rows are added, then three columns of the sums.
    private func smooth<Number>(_ block: OperationBlock<Number>) {
        let (x, y) = (block.input(0), block.output(0))
        let taps = BlurTaps(x: block.inputTypes[0].shape, y: block.outputTypes[0].shape, stride: stride)
        taps.forEachRow { above, row, below, to in
            func column(_ w: Int) -> Number { x[above &+ w] + 2 * x[row &+ w] + x[below &+ w] }
            for q in 0..<taps.columns {
                let (left, middle, right) = taps.inputs(of: q, extent: taps.width)
                y[to &+ q] = (column(left) + 2 * column(middle) + column(right)) * 0.0625
            }
        }
    }
}

extension BlurPoolingGradient: LoopOperation {
    public func compute(_ block: OperationBlock<Float>) { spread(block) }
    public func compute(_ block: OperationBlock<Double>) { spread(block) }

    /// The outputs' parts are added in the outputs' order.
    private func spread<Number>(_ block: OperationBlock<Number>) {
        let (dy, dx) = (block.input(0), block.output(0))
        let taps = BlurTaps(x: block.outputTypes[0].shape, y: block.inputTypes[0].shape, stride: stride)
        dx.update(repeating: 0)
        taps.forEachRow { above, row, below, from in
            for q in 0..<taps.columns {
                let (left, middle, right) = taps.inputs(of: q, extent: taps.width)
                let part = dy[from &+ q] * 0.0625
                for (start, weight) in [(above, 1), (row, 2), (below, 1)] as [(Int, Number)] {
                    dx[start &+ left] += weight * part
                    dx[start &+ middle] += 2 * weight * part
                    dx[start &+ right] += weight * part
                }
            }
        }
    }
}

/// Which elements of x the filter meets where it makes one of y.
private struct BlurTaps {
    private let planes, height, rows, stride: Int
    let width, columns: Int

    /// - Parameters:
    ///   - x: [N, C, H, W]
    ///   - y: [N, C, H′, W′]
    init(x: Shape, y: Shape, stride: Int) {
        planes = x[0] * x[1]
        (height, width, rows, columns) = (x[2], x[3], y[2], y[3])
        self.stride = stride
    }

    /// The three indices along an axis of that extent; beyond an edge the one before it.
    @inline(__always)
    func inputs(of output: Int, extent: Int) -> (Int, Int, Int) {
        let middle = output &* stride
        return (middle == 0 ? 1 : middle &- 1, middle, middle == extent &- 1 ? extent &- 2 : middle &+ 1)
    }

    /// Calls `body` with where three rows of x begin, and the row of y that they make.
    @inline(__always)
    func forEachRow(_ body: (_ above: Int, _ row: Int, _ below: Int, _ y: Int) -> Void) {
        for plane in 0..<planes {
            for p in 0..<rows {
                let (above, row, below) = inputs(of: p, extent: height)
                let start = plane &* height
                body(
                    (start &+ above) &* width, (start &+ row) &* width, (start &+ below) &* width, (plane &* rows &+ p) &* columns
                )
            }
        }
    }
}
