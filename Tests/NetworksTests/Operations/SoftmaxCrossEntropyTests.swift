import Foundation
import Networks
import ReferenceKernels
import Tensors
import Testing

@Suite struct SoftmaxCrossEntropyTests {
    private func outputs(_ scores: [[Double]], _ labels: [Double], rejection: Float? = nil) -> [[Double]] {
        let inputs = [
            ReferenceTensor([scores.count, scores[0].count], scores.flatMap { $0 }), ReferenceTensor([labels.count], labels),
        ]
        return SoftmaxCrossEntropy(rejection: rejection).reference(inputs, step: ReferenceStep(seed: 0)).map(\.values)
    }

    @Test func equalScoresLoseTheLogarithmOfTheClasses() {
        #expect(abs(outputs([[3, 3, 3, 3]], [2])[0][0] - log(4)) < 1e-12)
    }

    @Test func largeScoresDoNotOverflow() {
        #expect(outputs([[1e6, 0]], [0])[0] == [0])
        #expect(outputs([[1e6, 0]], [1])[0] == [1e6])
    }

    @Test func theRankCountsHigherScoresAndEqualOnesThatComeFirst() {
        let scores: [[Double]] = [[5, 1, 2], [5, 1, 2], [2, 2, 2], [2, 2, 2]]
        #expect(outputs(scores, [0, 1, 0, 2])[1] == [0, 2, 0, 2])
    }

    @Test func aPlaceWithoutAnExampleCountsForNothing() {
        let result = outputs([[1, 2, 3], [1, 2, 3]], [-1, 2])
        #expect(result[0][0] == 0)
        #expect(result[1] == [3, 0])
    }

    @Test func theRejectionStandsBesideTheClasses() {
        // Equation 9 of 1998 with distances 1 and 2, the first being right, and j = 1.
        let expected = 1 + log(exp(-1) + exp(-1) + exp(-2.0))
        #expect(abs(outputs([[-1, -2]], [0], rejection: 1)[0][0] - expected) < 1e-12)
    }

    /// PyTorch's definition: the mean of −log p over all classes has a share ε of the loss.
    @Test func smoothedLabelsAreSpreadOverAllClasses() {
        let (scores, share) = ([1.0, 2, 4], Float(0.25))
        let sum = scores.map(exp).reduce(0, +)
        let losses = scores.map { log(sum) - $0 }
        let expected = 0.75 * losses[1] + 0.25 * losses.reduce(0, +) / 3
        let inputs = [ReferenceTensor([1, 3], scores), ReferenceTensor([1], [1])]
        let smoothed = SoftmaxCrossEntropy(labelSmoothing: share).reference(inputs, step: ReferenceStep(seed: 0))
        #expect(abs(smoothed[0].values[0] - expected) < 1e-12)
        #expect(smoothed[1].values == [1])
    }

    /// Smoothing is of training: what is evaluated is the plain loss.
    @Test func onlyTrainingSmooths() throws {
        let network = Network("plain", input: [1, 2, 2]) {
            AuxiliaryLoss(weight: 0.3, name: "aux") { Dense(3, name: "aux.fc") }
            Dense(3)
        }
        func shares(_ purpose: GraphPurpose) throws -> [Float] {
            try network.smoothingLabels(by: 0.1).graph(batchSize: 2, purpose: purpose).nodes.compactMap {
                ($0.operation as? SoftmaxCrossEntropy)?.labelSmoothing
            }
        }
        #expect(try shares(.training) == [0.1, 0.1])
        #expect(try shares(.inference) == [0])
    }

    @Test func scoresAndLabelsMustFit() {
        let loss = SoftmaxCrossEntropy()
        #expect(throws: NetworkError.self) {
            try loss.outputTypes(for: [TensorType.examples([2, 3]), TensorType.examples([3], .int32)])
        }
        #expect(throws: NetworkError.self) {
            try loss.outputTypes(for: [TensorType.examples([2, 3]), TensorType.examples([2])])
        }
        #expect(throws: NetworkError.self) {
            try loss.outputTypes(for: [TensorType.examples([2, 3, 1]), TensorType.examples([2], .int32)])
        }
    }
}
