import KernelChoices
import Networks
import Planning

/// Does an update again, one element after the other, from the weights and the optimizer's state before it and the terms of the
/// gradient.
final class UpdateCheck: ExchangeCheck {
    let results: [ExchangeResult]
    private let gradients: [UnsafePointer<Float>]
    private let sum: PlainTreeSum
    private let slice: UpdatedSlice
    private let before: InspectionScratch

    /// - Parameters:
    ///   - gradients: the slice's elements of the gradient's terms, or of sums of several of them.
    ///   - terms: which terms each is of.
    init(
        result: ExchangeResult, gradients: [UnsafePointer<Float>], terms: [Range<Int>], slice: UpdatedSlice,
        scratch: InspectionScratch
    ) {
        results = [result]
        self.gradients = gradients
        sum = PlainTreeSum(terms)
        self.slice = slice
        before = scratch
        scratch.reserve((1 + slice.slots.slotCount) * result.count)
    }

    private var count: Int { results[0].count }

    var byteCount: Int { (1 + slice.slots.slotCount) * count * MemoryLayout<Float>.stride }

    func prepare() {
        before.base.update(from: results[0].address, count: count)
        for slot in 0..<slice.slots.slotCount {
            (before.base + (1 + slot) * count).update(from: slice.slots.address + slot * slice.slots.stride, count: count)
        }
    }

    func compare(_ step: StepArguments, report: (ExchangeError) -> Void) {
        let update = slice.step(step)
        var first = 0
        while first < count {
            let length = min(PlainTreeSum.chunk, count - first)
            let gradient = sum.sum(gradients.map { $0 + first }, count: length)
            for place in 0..<length {
                // Clipped as the update clips it: what the norm is, is for those to tell who hold it to the reference.
                var own = slice.factor.map { gradient[place] * $0 } ?? gradient[place]
                compare(first + place, &own, update, report)
            }
            first += length
        }
    }

    @inline(__always)
    private func compare(
        _ element: Int, _ gradient: UnsafePointer<Float>, _ step: UpdateStep, _ report: (ExchangeError) -> Void
    ) {
        let weight = before.base + element
        slice.rule.update(
            ElementRun(weights: weight, gradient: gradient, firstSlot: weight + count, slotStride: count, count: 1), at: step)
        let found = results[0].address[element]
        if !isSame(weight.pointee, found) {
            report(ExchangeError(result: 0, element: element, expected: weight.pointee, found: found))
        }
        for slot in 0..<slice.slots.slotCount {
            let expected = weight[(1 + slot) * count]
            let found = slice.slots.address[slot * slice.slots.stride + element]
            guard !isSame(expected, found) else { continue }
            report(ExchangeError(result: 0, element: element, isState: true, expected: expected, found: found))
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
