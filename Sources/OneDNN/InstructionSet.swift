import CKernels
import COneDNN

/// The vector instructions that an in-house loop is compiled for, worst first.
package enum InstructionSet: Int32, Sendable, Hashable, CaseIterable, Comparable {
    case portable, avx2, avx512

    /// The best that this processor has, or that the environment's `PARTRAIN_MAX_ISA` leaves; it has those before it, too.
    package static let best = InstructionSet(rawValue: ckernels_best_instructions()) ?? .portable

    /// All that may be used here.
    package static let available = allCases.filter { $0 <= best }

    /// Nil where nothing is held back: the set that the environment names as the most.
    static var limit: InstructionSet? { InstructionSet(rawValue: ckernels_instruction_limit()) }

    /// Whether the environment's word is none of those that name a set.
    package static var limitIsUnknown: Bool { ckernels_instruction_limit() == ckernels_unknown_limit }

    /// Holds the library to the same, before it is asked for anything.
    package static let libraryIsLimited: Void = {
        if let limit { onednn_limit_instructions(limit.rawValue) }
    }()

    @inlinable package var number: Int32 { rawValue }

    package static func < (left: InstructionSet, right: InstructionSet) -> Bool { left.rawValue < right.rawValue }
}
