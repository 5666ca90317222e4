import KernelChoices

/// An exchange with somebody watching: runs it, makes an error in its result where one is wanted, and checks it.
final class InspectedExchange: Kernel {
    private let kernel: any Kernel
    private let check: any ExchangeCheck
    private let site: ExchangeSite
    private let inspection: ExchangeInspection

    init(_ kernel: any Kernel, check: any ExchangeCheck, site: ExchangeSite, inspection: ExchangeInspection) {
        self.kernel = kernel
        self.check = check
        self.site = site
        self.inspection = inspection
    }

    func run(_ step: StepArguments) throws {
        check.prepare()
        try kernel.run(step)
        if let fault = inspection.fault(at: site, step: step.step) { make(fault) }
        var first: ExchangeError?
        var count = 0
        check.compare(step) { error in
            first = first ?? error
            count += 1
        }
        inspection.note(
            bytes: check.byteCount,
            mismatch: first.map {
                ExchangeMismatch(
                    site: site, step: step.step, index: check.results[$0.result].index(of: $0.element), isState: $0.isState,
                    expected: $0.expected, found: $0.found, count: count)
            })
    }

    /// Changes an element of the tensor, never padding.
    private func make(_ fault: ExchangeFault) {
        let counts = check.results.map(\.count)
        let all = counts.reduce(0, +)
        guard all > 0 else { return }
        for attempt in 0..<all {
            var place = Int(fault.element % UInt64(all))
            place = (place + attempt) % all
            var number = 0
            while place >= counts[number] {
                place -= counts[number]
                number += 1
            }
            let result = check.results[number]
            guard let index = result.index(of: place) else { continue }
            let before = result.address[place]
            let after = Float(bitPattern: before.bitPattern ^ fault.bits)
            result.address[place] = after
            inspection.note(ExchangeInspection.Injected(fault: fault, index: index, before: before, after: after))
            return
        }
    }
}
