import CKernels

/// The vector instructions that a loop of ours is compiled for, worst first.
package enum InstructionSet: Int32, Sendable, Hashable, CaseIterable, Comparable {
    case portable, avx2, avx512

    /// The best that this processor has; it has those before it, too.
    package static let best = InstructionSet(rawValue: ckernels_best_instructions()) ?? .portable

    /// All that this processor has.
    package static let available = allCases.filter { $0 <= best }

    var number: Int32 { rawValue }

    package static func < (left: InstructionSet, right: InstructionSet) -> Bool { left.rawValue < right.rawValue }
}
