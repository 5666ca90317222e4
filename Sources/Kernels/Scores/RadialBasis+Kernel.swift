package import Networks
import Tensors

extension RadialBasis: ComputableOperation, KernelImplementation {
    /// A distance is summed in single precision by eight lanes.
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let (examples, features) = (request.inputs[0].type.shape[0], request.inputs[0].type.shape[1])
        let classes = request.inputs[1].type.shape[0]
        return request.rowMajorLoop { memory in
            let (x, centers, y) = (memory.input(0), memory.input(1), memory.output(0))
            return { _ in
                for example in 0..<examples {
                    let point = x + example &* features
                    for index in 0..<classes {
                        let center = centers + index &* features
                        var squares = Lanes(repeating: 0)
                        forEachLanes(of: features) { start, width in
                            let difference = point.lanes(start, width) - center.lanes(start, width)
                            squares += difference * difference
                        }
                        y[example &* classes &+ index] = -squares.halvingSum
                    }
                }
            }
        }
    }
}

extension RadialBasisGradient: ComputableOperation, KernelImplementation {
    /// The centers' parts are added in single precision, in the order of the centers.
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let (examples, features) = (request.inputs[1].type.shape[0], request.inputs[1].type.shape[1])
        let classes = request.inputs[2].type.shape[0]
        return request.rowMajorLoop(reuse: [1]) { memory in
            let (dy, x, centers, dx) = (memory.input(0), memory.input(1), memory.input(2), memory.output(0))
            return { _ in
                for example in 0..<examples {
                    let row = example &* features
                    let weights = dy + example &* classes
                    forEachLanes(of: features) { start, width in
                        let point = x.lanes(row &+ start, width)
                        var sum = Lanes(repeating: 0)
                        for index in 0..<classes {
                            sum += weights[index] * (point - centers.lanes(index &* features &+ start, width))
                        }
                        dx.setLanes(row &+ start, width, to: -2 * sum)
                    }
                }
            }
        }
    }
}
