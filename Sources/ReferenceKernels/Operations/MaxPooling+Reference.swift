package import Networks
import Tensors

extension MaxPooling: ReferenceComputable {
    /// The winner is stored as its place in the window, row-major; of equals, the first wins.
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let x = inputs[0]
        var y = ReferenceTensor(zeros: outputShapes(of: inputs)[0])
        var winners = y
        PoolingLoop(x: x.shape, y: y.shape, window: window).forEachWindow { place, elements in
            y.values[place] = -.infinity
            for element in elements where x.values[element.x] > y.values[place] {
                y.values[place] = x.values[element.x]
                winners.values[place] = Double(element.tap)
            }
        }
        return keepsWinners ? [y, winners] : [y]
    }
}

extension MaxPoolingGradient: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let (dy, winners) = (inputs[0], inputs[1])
        var dx = ReferenceTensor(zeros: outputShapes(of: inputs)[0])
        PoolingLoop(x: dx.shape, y: dy.shape, window: window).forEachWindow { place, elements in
            for element in elements where Double(element.tap) == winners.values[place] {
                dx.values[element.x] += dy.values[place]
            }
        }
        return [dx]
    }
}
