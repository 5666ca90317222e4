public import Networks
import Tensors

extension RadialBasis: LoopOperation {
    public func compute(_ block: OperationBlock<Float>) { measure(block) }
    public func compute(_ block: OperationBlock<Double>) { measure(block) }

    /// A distance is summed by eight lanes.
    private func measure<Number: SIMDScalar>(_ block: OperationBlock<Number>) {
        let (x, centers, y) = (block.input(0), block.input(1), block.output(0))
        let (examples, features) = (block.inputTypes[0].shape[0], block.inputTypes[0].shape[1])
        let classes = block.inputTypes[1].shape[0]
        for example in 0..<examples {
            for index in 0..<classes {
                var squares = SIMD8<Number>(repeating: 0)
                forEachLanes(of: features) { start, width in
                    let difference =
                        x.lanes(example &* features &+ start, width) - centers.lanes(index &* features &+ start, width)
                    squares += difference * difference
                }
                y[example &* classes &+ index] = -squares.halvingSum
            }
        }
    }
}

extension RadialBasisGradient: LoopOperation {
    public func compute(_ block: OperationBlock<Float>) { differentiate(block) }
    public func compute(_ block: OperationBlock<Double>) { differentiate(block) }

    /// The centers' parts are added in the order of the centers.
    private func differentiate<Number>(_ block: OperationBlock<Number>) {
        let (dy, x, centers, dx) = (block.input(0), block.input(1), block.input(2), block.output(0))
        let (examples, features) = (block.inputTypes[1].shape[0], block.inputTypes[1].shape[1])
        let classes = block.inputTypes[2].shape[0]
        for example in 0..<examples {
            let row = example &* features
            for feature in 0..<features { dx[row &+ feature] = 0 }
            for index in 0..<classes {
                let (weight, center) = (dy[example &* classes &+ index], index &* features)
                for feature in 0..<features {
                    dx[row &+ feature] += weight * (x[row &+ feature] - centers[center &+ feature])
                }
            }
            for feature in 0..<features { dx[row &+ feature] *= -2 }
        }
    }
}
