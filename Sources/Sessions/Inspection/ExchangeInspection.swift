import Locks

/// Watches every exchange of a session's training steps: what it was sent and what it made of it. Given to a session when it is
/// made; costs nothing where there is none.
///
/// Inspected steps compute the same bits, slower: each exchange is done again by plain code, element by element, at the same place
/// of the program, where its sources are still alive.
package final class ExchangeInspection: Sendable {
    /// What was looked at, and what was wrong.
    package struct Findings: Sendable {
        package var exchanges = 0
        /// Bytes of results compared.
        package var bytes = 0
        package var mismatches: [ExchangeMismatch] = []
        /// The error that was made on purpose: where its element lies, what it was and what it became.
        package var injected: Injected?
    }

    package struct Injected: Sendable, Hashable {
        package let fault: ExchangeFault
        package let index: [Int]?
        package let before: Float
        package let after: Float
    }

    private struct State {
        var sites: [ExchangeSite] = []
        var fault: ExchangeFault?
        var findings = Findings()
    }

    private let state = Guarded(State())

    package init() {}

    /// All exchanges of a training step, in the order of the workers and of their programs. Known once the session is made.
    package var sites: [ExchangeSite] { state.withLock { $0.sites.sorted() } }

    /// Has an error made. Sites of another session never come by.
    package func inject(_ fault: ExchangeFault) {
        state.withLock { $0.fault = fault }
    }

    /// What was found since the last call.
    package func takeFindings() -> Findings {
        state.withLock { state in
            defer { state.findings = Findings() }
            state.findings.mismatches.sort { $0.site < $1.site }
            return state.findings
        }
    }

    // MARK: For the workers

    func enter(_ site: ExchangeSite) {
        state.withLock { $0.sites.append(site) }
    }

    func fault(at site: ExchangeSite, step: Int) -> ExchangeFault? {
        state.withLock { state in
            guard let fault = state.fault, fault.step == step, fault.site == site else { return nil }
            return fault
        }
    }

    func note(_ injected: Injected) {
        state.withLock { $0.findings.injected = injected }
    }

    func note(bytes: Int, mismatch: ExchangeMismatch?) {
        state.withLock { state in
            state.findings.exchanges += 1
            state.findings.bytes += bytes
            if let mismatch { state.findings.mismatches.append(mismatch) }
        }
    }
}
