import Foundation
package import Networks
import Tensors

extension SoftmaxCrossEntropy: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let (scores, labels) = (inputs[0], inputs[1])
        let classes = scores.shape[1]
        var losses = ReferenceTensor(zeros: labels.shape)
        var ranks = losses
        for (n, label) in labels.values.map({ Int($0) }).enumerated() {
            guard label >= 0 else {
                ranks.values[n] = Double(classes)
                continue
            }
            let row = Array(scores.values[n * classes..<(n + 1) * classes])
            losses.values[n] = logarithmOfSum(row, rejection: rejection) - target(row, label, Double(labelSmoothing))
            // What is no number is below nothing, and nothing is below it.
            let below = row.indices.filter { row[$0] < row[label] || (row[$0] == row[label] && $0 >= label) }
            ranks.values[n] = Double(classes - below.count)
        }
        return [losses, ranks]
    }
}

extension SoftmaxCrossEntropyGradient: ReferenceComputable {
    package func reference(_ inputs: [ReferenceTensor], step: ReferenceStep) -> [ReferenceTensor] {
        let (scores, labels) = (inputs[0], inputs[1])
        let classes = scores.shape[1]
        var gradient = ReferenceTensor(zeros: scores.shape)
        for (n, label) in labels.values.map({ Int($0) }).enumerated() where label >= 0 {
            let row = Array(scores.values[n * classes..<(n + 1) * classes])
            let total = logarithmOfSum(row, rejection: rejection)
            for k in 0..<classes {
                let smoothing = Double(labelSmoothing)
                let target = (k == label ? 1 - smoothing : 0) + smoothing / Double(classes)
                gradient.values[n * classes + k] = (exp(row[k] - total) - target) * Double(weight) / Double(batchSize)
            }
        }
        return [gradient]
    }
}

/// What the loss wants large: Σ target · score.
private func target(_ scores: [Double], _ label: Int, _ smoothing: Double) -> Double {
    guard smoothing > 0 else { return scores[label] }
    return (1 - smoothing) * scores[label] + smoothing * scores.reduce(0, +) / Double(scores.count)
}

/// log Σ e^score, with the rejection's class in the sum; the largest score is taken out so that nothing overflows.
private func logarithmOfSum(_ scores: [Double], rejection: Float?) -> Double {
    let all = scores + (rejection.map { [-Double($0)] } ?? [])
    let largest = all.max() ?? 0
    return largest + log(all.reduce(0) { $0 + exp($1 - largest) })
}
