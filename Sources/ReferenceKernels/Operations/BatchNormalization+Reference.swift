package import Networks
import Tensors

extension BatchNormalization: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let (x, share) = (inputs[0], Double(inputs[0].shape[0]) / Double(batchSize))
        let (mean, variance) = x.moments
        let y = x.normalized(
            mean: mean, variance: variance, epsilon: Double(epsilon), scale: inputs[1], shift: inputs[2],
            shortcut: tail.addsShortcut ? inputs[3] : nil, rectifies: tail.rectifies)
        let unbiased = x.unbiasing * share
        return [
            y, mean.map { $0 * share }, variance.map { $0 * unbiased }, ReferenceTensor([1], [share]),
        ]
    }
}

extension BatchNormalizationGradient: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let (x, scale) = (inputs[1], inputs[2])
        let share = Double(x.shape[0]) / Double(forward.batchSize)
        let (mean, unbiased) = (inputs[3].map { $0 / share }, x.unbiasing * share)
        let inverse = inputs[4].map { 1 / ($0 / unbiased + Double(forward.epsilon)).squareRoot() }
        let dz = inputs[0].passed(where: forward.tail.rectifies ? inputs[5] : nil)
        let sums = x.channelSums(dz, mean: mean, inverse: inverse)
        let dx = x.gradient(
            dz, mean: mean, inverse: inverse, scale: scale, sums: sums, count: Double(x.shape.elementCount / x.shape[1]))
        return [dx, sums.scale, sums.shift] + (outputsShortcut ? [dz] : [])
    }

    private var outputsShortcut: Bool { forward.tail.addsShortcut && forward.tail.rectifies }
}

extension Normalization: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        [
            inputs[0].normalized(
                mean: inputs[3], variance: inputs[4].map { $0 * varianceFactor }, epsilon: Double(epsilon), scale: inputs[1],
                shift: inputs[2],
                shortcut: tail.addsShortcut ? inputs[5] : nil, rectifies: tail.rectifies)
        ]
    }
}

extension NormalizationGradient: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let (x, scale, mean) = (inputs[1], inputs[2], inputs[3])
        let inverse = inputs[4].map { 1 / ($0 + Double(forward.epsilon)).squareRoot() }
        let dz = inputs[0].passed(where: forward.tail.rectifies ? inputs[5] : nil)
        let sums = x.channelSums(dz, mean: mean, inverse: inverse)
        var dx = dz
        x.forEachChannel { c, elements in
            for i in elements { dx.values[i] *= scale.values[c] * inverse.values[c] }
        }
        return [dx, sums.scale, sums.shift] + (forward.tail.addsShortcut && forward.tail.rectifies ? [dz] : [])
    }
}

extension SumOverBatch: ReferenceComputable {
    /// Of one micro-batch that is all of the batch.
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] { inputs }
}

extension BatchMoments: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let x = inputs[0]
        let share = Double(x.shape[0]) / Double(batchSize)
        let count = Double(x.shape.elementCount / x.shape[1])
        let (mean, variance) = x.moments
        return [
            mean.map { $0 * share }, variance.map { $0 * count / (count / share - 1) }, ReferenceTensor([1], [share]),
        ]
    }
}

extension BatchVariance: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let (share, all) = (inputs[2].values[0], Double(valuesPerChannel))
        var variance = inputs[1]
        for c in variance.values.indices {
            let distance = inputs[0].values[c] / share - inputs[3].values[c]
            variance.values[c] += share * all / (all - 1) * distance * distance
        }
        return [variance]
    }
}

extension NormalizationGradientSums: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let dz = inputs[0].passed(where: forward.tail.rectifies ? inputs[4] : nil)
        let sums = inputs[1].channelSums(dz, mean: inputs[2], inverse: forward.inverse(inputs[3]))
        return [sums.scale, sums.shift]
    }
}

extension SynchronizedNormalizationGradient: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let (x, scale, mean, inverse) = (inputs[1], inputs[2], inputs[3], forward.inverse(inputs[4]))
        let dz = inputs[0].passed(where: forward.tail.rectifies ? inputs[7] : nil)
        let dx = x.gradient(
            dz, mean: mean, inverse: inverse, scale: scale, sums: (inputs[5], inputs[6]),
            count: Double(forward.valuesPerChannel ?? 1))
        return [dx] + (forward.tail.addsShortcut && forward.tail.rectifies ? [dz] : [])
    }
}

extension Normalization {
    /// 1 / √(variance + ε) of each channel.
    fileprivate func inverse(_ variance: ReferenceTensor) -> ReferenceTensor {
        variance.map { 1 / ($0 * varianceFactor + Double(epsilon)).squareRoot() }
    }
}

extension ReferenceTensor {
    /// What a biased variance is multiplied by to be unbiased.
    fileprivate var unbiasing: Double {
        let count = Double(shape.elementCount / shape[1])
        return count / (count - 1)
    }

    /// Of each channel the mean and the biased variance.
    fileprivate var moments: (mean: ReferenceTensor, variance: ReferenceTensor) {
        let count = Double(shape.elementCount / shape[1])
        var mean = ReferenceTensor(zeros: [shape[1]])
        forEachChannel { c, elements in for i in elements { mean.values[c] += values[i] / count } }
        var variance = ReferenceTensor(zeros: [shape[1]])
        forEachChannel { c, elements in
            for i in elements { variance.values[c] += (values[i] - mean.values[c]) * (values[i] - mean.values[c]) / count }
        }
        return (mean, variance)
    }

    fileprivate func normalized(
        mean: ReferenceTensor, variance: ReferenceTensor, epsilon: Double, scale: ReferenceTensor, shift: ReferenceTensor,
        shortcut: ReferenceTensor?, rectifies: Bool
    ) -> ReferenceTensor {
        var y = self
        forEachChannel { c, elements in
            let factor = scale.values[c] / (variance.values[c] + epsilon).squareRoot()
            for i in elements {
                let z = (values[i] - mean.values[c]) * factor + shift.values[c] + (shortcut?.values[i] ?? 0)
                y.values[i] = rectifies && z <= 0 ? 0 : z
            }
        }
        return y
    }

    /// The elements where `y` is positive, zero elsewhere.
    fileprivate func passed(where y: ReferenceTensor?) -> ReferenceTensor {
        guard let y else { return self }
        return ReferenceTensor(shape, zip(values, y.values).map { $1 > 0 ? $0 : 0 })
    }

    /// scale / √variance · (dz − (Σ dz + x̂ · Σ dz · x̂) / count), the gradient through the statistics that the sums are over.
    fileprivate func gradient(
        _ dz: ReferenceTensor, mean: ReferenceTensor, inverse: ReferenceTensor, scale: ReferenceTensor,
        sums: (scale: ReferenceTensor, shift: ReferenceTensor), count: Double
    ) -> ReferenceTensor {
        var dx = dz
        forEachChannel { c, elements in
            for i in elements {
                let normal = (values[i] - mean.values[c]) * inverse.values[c]
                dx.values[i] -= (sums.shift.values[c] + normal * sums.scale.values[c]) / count
                dx.values[i] *= scale.values[c] * inverse.values[c]
            }
        }
        return dx
    }

    /// Σ dz · x̂ and Σ dz of each channel.
    fileprivate func channelSums(
        _ dz: ReferenceTensor, mean: ReferenceTensor, inverse: ReferenceTensor
    ) -> (scale: ReferenceTensor, shift: ReferenceTensor) {
        var scale = ReferenceTensor(zeros: [shape[1]])
        var shift = scale
        forEachChannel { c, elements in
            for i in elements {
                scale.values[c] += dz.values[i] * (values[i] - mean.values[c]) * inverse.values[c]
                shift.values[c] += dz.values[i]
            }
        }
        return (scale, shift)
    }
}
