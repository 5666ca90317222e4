import Networks
import ReferenceKernels
import Tensors
import Testing

@Suite struct GradientDescentTests {
    private func parameter(_ kind: Parameter.Kind) -> Parameter {
        Parameter(name: "a.b", shape: [1], kind: kind, fanIn: 1, initializer: .constant(0))
    }

    private func weights(_ form: GradientDescent.Form, rates: [Double], kind: Parameter.Kind = .weight) -> [Double] {
        let descent = GradientDescent(form: form, momentum: 0.5, weightDecay: 0.25).rule(for: parameter(kind))
        var weight = ReferenceTensor([1], [8])
        var slots = [ReferenceTensor([1], [0])]
        return rates.enumerated().map { step, rate in
            descent.referenceUpdate(
                &weight, slots: &slots, gradient: ReferenceTensor([1], [2]), learningRate: rate, count: step + 1)
            return weight.values[0]
        }
    }

    @Test func theFormOf2012() {
        // v = −0.25·0.5·8 − 0.5·2 = −2; then v = −1 − 0.25·0.5·6 − 1 = −2.75.
        #expect(weights(.alexnet, rates: [0.5, 0.5]) == [6, 3.25])
    }

    /// The author's program and Caffe decay weights alone, PyTorch all parameters.
    @Test func theFormOf2012DecaysNoBiases() {
        // v = −0.5·2 = −1; then v = −0.5 − 1 = −1.5.
        #expect(weights(.alexnet, rates: [0.5, 0.5], kind: .bias) == [7, 5.5])
        #expect(weights(.common, rates: [0.5, 0.5], kind: .bias) == weights(.common, rates: [0.5, 0.5]))
    }

    @Test func aParameterIsUpdatedByTheRuleOfItsKind() {
        let (alexnet, common) = (
            GradientDescent(form: .alexnet, momentum: 0.8, weightDecay: 0.1),
            GradientDescent(form: .common, momentum: 0.8, weightDecay: 0.1)
        )
        #expect(alexnet.rule(for: parameter(.weight)) == alexnet)
        #expect(alexnet.rule(for: parameter(.bias)) == GradientDescent(form: .alexnet, momentum: 0.8, weightDecay: 0))
        #expect(common.rule(for: parameter(.weight)) == common && common.rule(for: parameter(.bias)) == common)
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
