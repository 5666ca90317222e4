import Glibc

/// What goes wrong at one operation on files, as a test asks for it.
package struct FileFault: Sendable, Hashable {
    package enum Moment: String, Sendable, Hashable, CaseIterable {
        case before
        /// Half of a write's bytes are written; of any other operation, the same as before it.
        case during
        case after
    }

    package enum Effect: Sendable, Hashable {
        /// The system refuses the operation with this `errno`, before it has done anything.
        case refusal(code: Int32)
        /// A write ends half-way with this `errno`; any other operation is refused.
        case halfWay(code: Int32)
        /// The process is killed (SIGKILL).
        case kill(Moment)
    }

    /// Which operation that changes something, counted from 1.
    package let operation: Int
    package let effect: Effect

    package init(_ effect: Effect, at operation: Int) {
        precondition(operation > 0, "operations are counted from 1")
        self.operation = operation
        self.effect = effect
    }
}

extension FileFault {
    /// Reads what a test puts in the environment: `kill-before:12`, `kill-during:12`, `kill-after:12`, `ENOSPC:12`, or
    /// `half-ENOSPC:12`; EACCES and EIO likewise. Nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, let operation = Int(parts[1]), operation > 0, let effect = Self.effect(parts[0]) else {
            return nil
        }
        self.init(effect, at: operation)
    }

    private static func effect(_ name: Substring) -> Effect? {
        if name.hasPrefix("kill-") { return Moment(rawValue: String(name.dropFirst(5))).map(Effect.kill) }
        let codes: [Substring: Int32] = ["ENOSPC": ENOSPC, "EACCES": EACCES, "EIO": EIO]
        if name.hasPrefix("half-") { return codes[name.dropFirst(5)].map(Effect.halfWay) }
        return codes[name].map(Effect.refusal)
    }
}
