package import Networks
import Tensors

extension RandomDropout: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let random = RandomSource(seed: step.seed, purpose: .dropout, stream: stream)
        let scale = 1 / (1 - Double(probability))
        var factor = ReferenceTensor(zeros: inputs[0].shape)
        for place in factor.values.indices {
            let index = globalIndex(of: place, in: inputs[0].shape)
            factor.values[place] = random.uniform(step: step.step, index: index) >= probability ? scale : 0
        }
        return [ReferenceTensor(inputs[0].shape, zip(inputs[0].values, factor.values).map { $0 * $1 }), factor]
    }

    /// The row-major index in the whole tensor of the element at `place` of this block.
    private func globalIndex(of place: Int, in local: Shape) -> Int {
        guard let block else { return place }
        let strides = local.strides
        return local.dimensions.indices.reduce(0) { sum, axis in
            let index = place / strides[axis] % local[axis]
            return sum + (block.ranges[axis].lowerBound + index) * block.whole.strides[axis]
        }
    }
}

extension Multiplication: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        [ReferenceTensor(inputs[0].shape, zip(inputs[0].values, inputs[1].values).map { $0 * $1 })]
    }
}
