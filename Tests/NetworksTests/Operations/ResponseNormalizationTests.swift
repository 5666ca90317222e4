import Foundation
import Networks
import ReferenceKernels
import Tensors
import Testing

@Suite struct ResponseNormalizationTests {
    private func normalized(_ values: [Double], size: Int = 3, groups: Int) -> [Double] {
        let operation = ResponseNormalization(size: size, alpha: 0.5, beta: 0.75, k: 2, groups: groups)
        let x = ReferenceTensor([1, values.count, 1, 1], values)
        return operation.reference([x], step: ReferenceStep(seed: 0))[0].values
    }

    @Test func theSumGoesOverTheNeighborsThatExist() {
        let y = normalized([1, 2, 3, 4], groups: 1)
        // 1 + 4, 1 + 4 + 9, 4 + 9 + 16, 9 + 16
        let sums: [Double] = [5, 14, 29, 25]
        for (i, sum) in sums.enumerated() {
            let expected = Double(i + 1) * pow(2 + 0.5 * sum, -0.75)
            #expect(abs(y[i] - expected) < 1e-12)
        }
    }

    @Test func aColumnDoesNotSeeTheOther() {
        let together = normalized([1, 2, 3, 4, 5, 6], size: 5, groups: 2)
        #expect(together == normalized([1, 2, 3], size: 5, groups: 1) + normalized([4, 5, 6], size: 5, groups: 1))
    }

    @Test func anEvenSizeIsRefused() {
        let operation = ResponseNormalization(size: 4, alpha: 1, beta: 1, k: 1, groups: 1)
        #expect(throws: NetworkError.self) { try operation.outputTypes(for: [TensorType.examples([1, 4, 1, 1])]) }
    }
}
