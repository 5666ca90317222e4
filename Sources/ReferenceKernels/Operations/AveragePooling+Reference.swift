package import Networks
import Tensors

extension AveragePooling: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let x = inputs[0]
        var y = ReferenceTensor(zeros: outputShapes(of: inputs)[0])
        PoolingLoop(x: x.shape, y: y.shape, window: window).forEachWindow { place, elements in
            let sum = elements.reduce(0) { $0 + x.values[$1.x] }
            y.values[place] = sum / Double(countsPadding ? window.area : elements.count)
        }
        return [y]
    }
}

extension AveragePoolingGradient: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let dy = inputs[0]
        var dx = ReferenceTensor(zeros: outputShapes(of: inputs)[0])
        PoolingLoop(x: dx.shape, y: dy.shape, window: window).forEachWindow { place, elements in
            let part = dy.values[place] / Double(countsPadding ? window.area : elements.count)
            for element in elements { dx.values[element.x] += part }
        }
        return [dx]
    }
}
