import CRoofline
import Devices

/// One of the loops whose speed is measured.
package enum Exercise: Sendable, Hashable {
    case multiplyAdd(Roofline.Precision)
    case read
    case copy
    case triad

    /// Those that this processor can do.
    package static var available: [Exercise] {
        Roofline.Precision.allCases.filter { instructions[$0] != nil }.map { .multiplyAdd($0) } + [.read, .copy, .triad]
    }

    /// The vector instructions of each precision.
    static var instructions: [Roofline.Precision: String] {
        var found: [Roofline.Precision: String] = [.f32: String(cString: croofline_f32_instructions())]
        found[.bf16] = croofline_bf16_instructions().map { String(cString: $0) }
        return found
    }

    /// Whether it goes through the arrays, and is limited by the memory.
    var isStream: Bool {
        switch self {
        case .multiplyAdd: false
        case .read, .copy, .triad: true
        }
    }

    /// Long beside the wake-up at a barrier, short beside what disturbs a core now and then.
    private static let nanoseconds: UInt64 = 3_000_000

    /// How often to go round so that a lap takes long enough. Warms the core up, too.
    func amount(_ arrays: StreamArrays) -> UInt64 {
        if isStream {
            _ = lap(1, arrays)
            return 1
        }
        var amount: UInt64 = 1 << 12
        while true {
            let lap = lap(amount, arrays)
            if lap.end - lap.begin >= Self.nanoseconds { return amount }
            amount *= 2
        }
    }

    package func lap(_ amount: UInt64, _ arrays: StreamArrays) -> Lap {
        let begin = monotonicNanoseconds()
        let work = run(amount, arrays)
        return Lap(begin: begin, end: monotonicNanoseconds(), work: work)
    }

    /// Returns the operations done or the bytes that passed.
    private func run(_ amount: UInt64, _ arrays: StreamArrays) -> Double {
        let bytes = Double(arrays.elements * MemoryLayout<Float>.stride)
        switch self {
        case .multiplyAdd(.f32): return Double(croofline_f32(amount, arrays.a))
        case .multiplyAdd(.bf16): return Double(croofline_bf16(amount, arrays.a))
        case .read:
            arrays.a[0] = croofline_read(arrays.b, arrays.elements)
            return bytes
        case .copy:
            croofline_copy(arrays.a, arrays.b, arrays.elements)
            return 2 * bytes
        case .triad:
            croofline_triad(arrays.a, arrays.b, arrays.c, 0.5, arrays.elements)
            return 3 * bytes
        }
    }
}

/// One go at an exercise on one core.
package struct Lap: Sendable {
    /// Nanoseconds of the monotonic clock.
    package let begin: UInt64
    package let end: UInt64
    /// Operations or bytes.
    package let work: Double

    package init(begin: UInt64, end: UInt64, work: Double) {
        (self.begin, self.end, self.work) = (begin, end, work)
    }
}
