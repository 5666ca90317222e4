package import KernelChoices
package import Networks
import Tensors

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension SoftmaxCrossEntropy: ComputableOperation, KernelImplementation {
    /// The sum of the exponentials is taken in double precision, in the order of the classes, and rounded once.
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let rows = ScoreRows(request, rejection: rejection)
        let smoothing = Double(labelSmoothing)
        return request.rowMajorLoop { memory in
            let (scores, losses, ranks) = (memory.input(0), memory.output(0), memory.output(1))
            let labels = memory.inputs[1].assumingMemoryBound(to: Int32.self)
            return { _ in
                for example in 0..<rows.examples {
                    guard let label = rows.label(labels[example]) else {
                        losses[example] = 0
                        ranks[example] = Float(rows.classes)
                        continue
                    }
                    let row = scores + example &* rows.classes
                    let right = row[label]
                    let maximum = rows.maximum(of: row)
                    var sum = rows.rejectionExponential(under: maximum)
                    var rank = 0
                    for index in 0..<rows.classes {
                        let score = row[index]
                        sum += exp(Double(score) - maximum)
                        // Counted by what is not below: a score that is no number is never known to be, and neither is the label's own.
                        if !(score < right || (score == right && index >= label)) { rank &+= 1 }
                    }
                    var target = Double(right)
                    if smoothing > 0 { target += smoothing * (rows.mean(of: row) - target) }
                    losses[example] = Float(log(sum) + (maximum - target))
                    ranks[example] = Float(rank)
                }
            }
        }
    }
}

extension SoftmaxCrossEntropyGradient: ComputableOperation, KernelImplementation {
    /// The sum as in the loss; the label's own probability is subtracted from 1 in double precision.
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let rows = ScoreRows(request, rejection: rejection)
        let (batchSize, weight, smoothing) = (Double(batchSize), Double(weight), Double(labelSmoothing))
        return request.rowMajorLoop(reuse: [0]) { memory in
            let (scores, gradient) = (memory.input(0), memory.output(0))
            let labels = memory.inputs[1].assumingMemoryBound(to: Int32.self)
            return { _ in
                for example in 0..<rows.examples {
                    let row = scores + example &* rows.classes
                    let result = gradient + example &* rows.classes
                    guard let label = rows.label(labels[example]) else {
                        result.update(repeating: 0, count: rows.classes)
                        continue
                    }
                    let maximum = rows.maximum(of: row)
                    let ofLabel = exp(Double(row[label]) - maximum)
                    var sum = rows.rejectionExponential(under: maximum)
                    for index in 0..<rows.classes {
                        let exponential = exp(Double(row[index]) - maximum)
                        sum += exponential
                        result[index] = Float(exponential)
                    }
                    let scale = Float(weight / (sum * batchSize))
                    let share = smoothing / Double(rows.classes)
                    let shift = Float(share * weight / batchSize)
                    forEachLanes(of: rows.classes) { start, width in
                        // With nothing to subtract the bits stay.
                        result.setLanes(start, width, to: result.lanes(start, width) * scale - shift)
                    }
                    result[label] = Float((ofLabel / sum - (1 - smoothing) - share) * weight / batchSize)
                }
            }
        }
    }
}

/// Scores [N, classes], a row for each example, and the class of constant score that may stand beside them.
private struct ScoreRows {
    let examples: Int
    let classes: Int
    /// The constant score; −∞ stands for none, since e^−∞ is 0.
    private let rejectionScore: Double

    init(_ request: KernelRequest, rejection: Float?) {
        examples = request.inputs[0].type.shape[0]
        classes = request.inputs[0].type.shape[1]
        rejectionScore = rejection.map { -Double($0) } ?? -.infinity
    }

    /// Nil for −1, which marks a place without an example.
    @inline(__always)
    func label(_ number: Int32) -> Int? {
        let label = Int(number)
        precondition(label >= -1 && label < classes, "a label is −1 or the number of a class")
        return label < 0 ? nil : label
    }

    /// The greatest score, the rejection's included: subtracted from all, it keeps every exponential at most 1.
    @inline(__always)
    func maximum(of row: UnsafeMutablePointer<Float>) -> Double {
        var maximum = -Float.infinity
        for index in 0..<classes where row[index] > maximum { maximum = row[index] }
        return Swift.max(Double(maximum), rejectionScore)
    }

    @inline(__always)
    func mean(of row: UnsafeMutablePointer<Float>) -> Double {
        var sum = 0.0
        for index in 0..<classes { sum += Double(row[index]) }
        return sum / Double(classes)
    }

    @inline(__always)
    func rejectionExponential(under maximum: Double) -> Double {
        rejectionScore == -.infinity ? 0 : exp(rejectionScore - maximum)
    }
}
