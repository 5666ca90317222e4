import Networks
import ReferenceKernels
import Tensors
import Testing

@Suite struct GradientDescentTests {
    private func weights(_ form: GradientDescent.Form, rates: [Double]) -> [Double] {
        let descent = GradientDescent(form: form, momentum: 0.5, weightDecay: 0.25)
        var weight = ReferenceTensor([1], [8])
        var velocity = ReferenceTensor([1], [0])
        return rates.map { rate in
            descent.referenceUpdate(
                parameter: &weight, velocity: &velocity, gradient: ReferenceTensor([1], [2]), learningRate: rate)
            return weight.values[0]
        }
    }

    @Test func theFormOf2012() {
        // v = −0.25·0.5·8 − 0.5·2 = −2; then v = −1 − 0.25·0.5·6 − 1 = −2.75.
        #expect(weights(.alexnet, rates: [0.5, 0.5]) == [6, 3.25])
    }

    @Test func bothFormsAgreeWhileTheRateStays() {
        #expect(weights(.alexnet, rates: [0.5, 0.5, 0.5]) == weights(.common, rates: [0.5, 0.5, 0.5]))
    }

    @Test func theyDifferWhenItChanges() {
        // The paper's velocity −2 stays when the rate falls to 0.25; the common one, 4, counts at the new rate.
        #expect(weights(.alexnet, rates: [0.5, 0.25])[1] == 6 - 1 - 0.375 - 0.5)
        #expect(weights(.common, rates: [0.5, 0.25])[1] == 6 - 0.25 * (2 + 2 + 1.5))
    }
}
