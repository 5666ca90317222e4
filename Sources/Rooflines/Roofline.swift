/// How fast some cores are at best: what multiplies and adds in registers, and what streams through memory.
///
/// Work of f operations on b bytes cannot be done faster than in max(f ÷ peak, b ÷ bandwidth), if none of its bytes are in a cache.
/// Source: S. Williams, A. Waterman, D. Patterson, "Roofline: An Insightful Visual Performance Model", 2009.
public struct Roofline: Sendable, Hashable {
    /// How the numbers are held that are multiplied.
    public enum Precision: String, Sendable, Hashable, CaseIterable {
        case f32, bf16
    }

    /// Several measurements of one speed, all cores together, in operations or bytes a second.
    public struct Speed: Sendable, Hashable {
        public let best: Double
        public let median: Double
        public let least: Double

        /// - Precondition: at least one measurement.
        package init(_ measured: [Double]) {
            precondition(!measured.isEmpty, "nothing was measured")
            let sorted = measured.sorted()
            let middle = sorted.count / 2
            best = sorted[sorted.count - 1]
            median = sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
            least = sorted[0]
        }

        /// How far measurements fell short of the best one, as a share of it: above a few hundredths something else was running.
        public var spread: Double { best > 0 ? (best - least) / best : 0 }
    }

    /// How many cores worked at the same time.
    public let cores: Int
    /// The vector instructions that were used, `AVX-512`.
    public let instructions: [Precision: String]
    /// Floating-point operations a second, a multiplication and an addition counting as two. Nothing for what the processor lacks.
    public let peaks: [Precision: Speed]
    /// Bytes a second of reading one array.
    public let read: Speed
    /// Bytes a second of copying one array to another: those read and those written.
    public let copy: Speed
    /// Bytes a second of adding a multiple of one array to another into a third: those read and those written.
    public let triad: Speed

    package init(
        cores: Int, instructions: [Precision: String], peaks: [Precision: Speed], read: Speed, copy: Speed, triad: Speed
    ) {
        self.cores = cores
        self.instructions = instructions
        self.peaks = peaks
        self.read = read
        self.copy = copy
        self.triad = triad
    }

    /// Bytes a second of the fastest stream, all cores together.
    public var bandwidth: Double { max(read.best, copy.best, triad.best) }

    /// The least seconds in which one of the cores, all being at work, can do so much.
    ///
    /// Where the processor has no instructions for `precision`, the peak of f32 counts.
    public func leastSeconds(floatingPointOperations: Double, bytes: Double, precision: Precision = .f32) -> Double {
        let peak = (peaks[precision] ?? peaks[.f32])?.best ?? .infinity
        return max(floatingPointOperations / peak, bytes / bandwidth) * Double(cores)
    }
}
