import Foundation
import Networks
import ReferenceKernels
import Tensors
import Testing

@Suite struct SoftmaxCrossEntropyKernelTests {
    /// The textbook's formula, without subtracting the maximum: for scores of moderate size.
    private func expected(
        _ scores: Operand, _ labels: [Int32], rejection: Float?, batchSize: Int
    ) -> (losses: [Double], ranks: [Float], gradient: [Double]) {
        let classes = scores.type.shape[1]
        var result = (losses: [Double](), ranks: [Float](), gradient: [Double]())
        for (n, label) in labels.enumerated() {
            let row = (0..<classes).map { Double(scores.value(n, $0)) }
            guard label >= 0 else {
                result.losses.append(0)
                result.ranks.append(Float(classes))
                result.gradient += row.map { _ in 0 }
                continue
            }
            let sum = row.map(exp).reduce(0, +) + (rejection.map { exp(-Double($0)) } ?? 0)
            let right = row[Int(label)]
            result.losses.append(log(sum) - right)
            let before = row.indices.filter { row[$0] > right || (row[$0] == right && $0 < Int(label)) }
            result.ranks.append(Float(before.count))
            result.gradient += row.indices.map { (exp(row[$0]) / sum - ($0 == Int(label) ? 1 : 0)) / Double(batchSize) }
        }
        return result
    }

    @Test(arguments: [[1, 1], [1, 10], [5, 3], [7, 17], [3, 1000]], [nil, 0.5, -3] as [Float?])
    func lossRankAndGradient(sizes: [Int], rejection: Float?) throws {
        let scores = Operand(random: Shape(sizes))
        let labels = (0..<sizes[0]).map { Int32($0 % 4 == 3 ? -1 : ($0 * 7 + 2) % sizes[1]) }
        let wanted = expected(scores, labels, rejection: rejection, batchSize: 12)
        let forward = try KernelRun(SoftmaxCrossEntropy(rejection: rejection), [scores, Operand(labels: labels)])
        expectClose(forward.outputs[0], wanted.losses, absolute: 1e-7)
        #expect(forward.outputs[1] == wanted.ranks)
        for inPlace in [false, true] {
            let gradient = try KernelRun(
                SoftmaxCrossEntropyGradient(batchSize: 12, rejection: rejection), [scores, Operand(labels: labels)],
                inPlace: inPlace)
            expectClose(gradient.outputs[0], wanted.gradient, absolute: 1e-9, relative: 1e-6)
        }
    }

    @Test func equalScoresRankByTheirIndex() throws {
        let scores = Operand([3, 4], [1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 1, 0])
        let run = try KernelRun(SoftmaxCrossEntropy(), [scores, Operand(labels: [0, 3, 2])])
        #expect(run.outputs[1] == [0, 3, 2])
    }

    /// Wherever a score is not finite, no label that depends on it is right at once: it comes last, the loss tells, or both; and the plain
    /// loop ranks as the kernel does.
    @Test(arguments: [Float.nan, -.nan, .signalingNaN, .infinity, -.infinity], [1, 2, 10])
    func whatIsNotFiniteNeverRanksFirst(bad: Float, classes: Int) throws {
        for places in (0..<classes).map({ [$0] }) + [Array(0..<classes)] {
            for label in 0..<classes {
                var row = (0..<classes).map { Float($0 * 5 % 7) }
                for place in places { row[place] = bad }
                let scores = Operand([1, classes], row)
                let run = try KernelRun(SoftmaxCrossEntropy(), [scores, Operand(labels: [Int32(label)])])
                let (loss, rank) = (run.outputs[0][0], run.outputs[1][0])
                let isSpoilt = places.contains(label) || !(bad < 0)
                #expect(loss.isFinite == !isSpoilt, "\(row), label \(label): loss \(loss)")
                if bad.isNaN {
                    #expect(rank >= (places.contains(label) ? Float(classes) : Float(places.count)), "\(row), \(label)")
                }
                let expected = SoftmaxCrossEntropy(rejection: nil).reference(
                    [ReferenceTensor(HostTensor([1, classes], row)), ReferenceTensor(HostTensor([1], [Float(label)]))],
                    step: ReferenceStep(seed: 0, step: 0))
                #expect(
                    Double(rank) == expected[1].values[0] && loss.isFinite == expected[0].values[0].isFinite, "\(row), \(label)")
            }
        }
    }

    @Test func scoresOfAnySizeStayFinite() throws {
        let scores = Operand([3, 3], [1000, 0, -1000, 1000, 0, -1000, -1000, -1000, -1000])
        let labels = Operand(labels: [0, 2, 1])
        let run = try KernelRun(SoftmaxCrossEntropy(), [scores, labels])
        expectClose(run.outputs[0], [0, 2000, log(3)])
        let gradient = try KernelRun(SoftmaxCrossEntropyGradient(batchSize: 1), [scores, labels])
        expectClose(gradient.outputs[0], [0, 0, 0, 1, 0, -1, 1.0 / 3, -2.0 / 3, 1.0 / 3])
        let rejected = try KernelRun(SoftmaxCrossEntropy(rejection: 0), [scores, labels])
        expectClose(rejected.outputs[0], [0, 2000, 1000])
    }
}
