import Networks

/// Does an update again, from the weights and the optimizer's state before it and the summands of the gradient.
final class UpdateCheck: ExchangeCheck {
    let results: [ExchangeResult]
    private let gradients: [UnsafePointer<Float>]
    private let sum: PlainTreeSum
    private let velocity: UnsafeMutablePointer<Float>
    private let optimizer: GradientDescent
    private let before: InspectionScratch

    /// - Parameters:
    ///   - gradients: the slice's elements of the gradient's summands, or of sums of several of them.
    ///   - summands: which summands each is of.
    init(
        result: ExchangeResult, gradients: [UnsafePointer<Float>], summands: [Range<Int>],
        velocity: UnsafeMutablePointer<Float>, optimizer: GradientDescent, scratch: InspectionScratch
    ) {
        results = [result]
        self.gradients = gradients
        sum = PlainTreeSum(summands)
        self.velocity = velocity
        self.optimizer = optimizer
        before = scratch
        scratch.reserve(2 * result.count)
    }

    private var count: Int { results[0].count }

    var byteCount: Int { 2 * count * MemoryLayout<Float>.stride }

    func prepare() {
        before.base.update(from: results[0].address, count: count)
        (before.base + count).update(from: velocity, count: count)
    }

    func compare(_ step: StepArguments, report: (ExchangeError) -> Void) {
        var first = 0
        while first < count {
            let length = min(PlainTreeSum.chunk, count - first)
            let gradient = sum.sum(gradients.map { $0 + first }, count: length)
            for place in 0..<length { compare(first + place, gradient[place], step.learningRate, report) }
            first += length
        }
    }

    @inline(__always)
    private func compare(_ element: Int, _ gradient: Float, _ rate: Float, _ report: (ExchangeError) -> Void) {
        let (weight, state) = updated(
            weight: before.base[element], state: before.base[count + element], gradient: gradient, rate: rate)
        let found = results[0].address[element]
        if !isSame(weight, found) { report(ExchangeError(result: 0, element: element, expected: weight, found: found)) }
        if !isSame(state, velocity[element]) {
            report(ExchangeError(result: 0, element: element, isState: true, expected: state, found: velocity[element]))
        }
    }

    /// `GradientDescent`'s formulas, in the order in which they stand there.
    private func updated(weight w: Float, state v: Float, gradient g: Float, rate η: Float) -> (weight: Float, state: Float) {
        let (m, d) = (optimizer.momentum, optimizer.weightDecay)
        switch optimizer.form {
        case .alexnet:
            let next = m * v - d * η * w - η * g
            return (w + next, next)
        case .common:
            let next = m * v + (g + d * w)
            return (w - η * next, next)
        }
    }
}

/// Memory for what exchanges overwrite, one exchange at a time.
final class InspectionScratch {
    private(set) var base = UnsafeMutablePointer<Float>.allocate(capacity: 1)
    private var capacity = 1

    deinit { base.deallocate() }

    /// Makes room for `count` numbers; what was there is lost.
    func reserve(_ count: Int) {
        guard count > capacity else { return }
        base.deallocate()
        base = .allocate(capacity: count)
        base.initialize(repeating: 0, count: count)
        capacity = count
    }
}
