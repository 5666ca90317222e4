public import Configuration
import Parallelism
public import Training

/// What came out of one case.
public struct VerificationRow: Sendable {
    public let test: VerificationCase
    /// Why it cannot run at all; everything below is empty then.
    public internal(set) var obstacle: String?
    public internal(set) var steps = 0
    /// SHA-256 of the parameters after the last step.
    public internal(set) var weightsSHA256 = ""
    /// The largest differences of each parameter over all steps; none where all bits are the same.
    public internal(set) var differences: [ParameterDifference] = []
    /// Bytes of devices' copies of parameters compared with each other.
    public internal(set) var replicaBytes = 0
    /// Exchanges done again by plain code, and bytes compared.
    public internal(set) var exchanges = 0
    public internal(set) var exchangeBytes = 0
    public internal(set) var broken: [BrokenPromise] = []
    /// The error that was made on purpose in this case.
    public internal(set) var injected: InjectedError?

    init(_ test: VerificationCase) {
        self.test = test
    }

    public var holds: Bool { obstacle == nil && broken.isEmpty }

    /// The parameter that differs most, in units in the last place.
    public var largest: ParameterDifference? {
        differences.max { $0.largest.ulps < $1.largest.ulps }
    }

    /// The largest share of what is allowed, over all parameters and steps.
    public var shareOfBound: Double { differences.map(\.shareOfBound).max() ?? 0 }
}

/// An error that was made on purpose, and whether it was found.
public struct InjectedError: Sendable, Hashable {
    /// Counted from 1.
    public let step: Int
    public let device: Int
    public let layer: String
    /// `all-gather of pool2[3, 16, 0, 0]`
    public let place: String
    public let before: Float
    public let after: Float
    /// What named its step, device and layer.
    public internal(set) var foundAs: BrokenPromise?
}

/// What came out of a verification.
public struct VerificationReport: Sendable {
    public let settings: TrainingConfiguration
    public let steps: Int
    public let rows: [VerificationRow]
    /// SHA-256 of one device's parameters after the last step.
    public let referenceSHA256: String
    /// How far one device parts from itself where all weights begin one unit in the last place away: the share of what is allowed.
    /// Nil where no case has a bound.
    public let roundingShareOfBound: Double?
    /// How many decisions of one unit are allowed to go the other way.
    public let nearTies: Int
    /// What is allowed after the last step, of a parameter's largest change; and of the weight itself.
    public let shareOfChange: Double
    public let rounding: Double
    /// As at least which share of the network's largest change a parameter's counts.
    public var leastChange = 0.0

    public var broken: Int { rows.filter { $0.obstacle == nil && !$0.holds }.count }
    public var ran: Int { rows.filter { $0.obstacle == nil }.count }
    public var injected: InjectedError? { rows.lazy.compactMap(\.injected).first }

    /// One device parts from itself so far that the bound would hide errors, and says nothing.
    public var isBoundTooWide: Bool {
        !(shareOfChange <= Agreement.widestShare) && rows.contains { $0.obstacle == nil && $0.test.promise == .bounded }
    }

    /// Every promise holds wherever something could run.
    public var holds: Bool { ran > 0 && broken == 0 && !isBoundTooWide }
}

/// What a verification tells about itself.
public enum VerificationEvent: Sendable {
    case began(TrainingConfiguration, source: String, steps: Int, cases: Int)
    /// Case `number`, from 1, has taken so many steps; the reference is number 0.
    case progress(String, number: Int, step: Int)
    case row(VerificationRow)
    /// The kernels that the cases had, after the last of them.
    case kernels(KernelsReport)
    case finished(VerificationReport)
}
