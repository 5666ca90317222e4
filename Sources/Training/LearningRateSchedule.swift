import Glibc

/// How the learning rate changes from step to step: a linear rise to the base rate, then what the shape says.
///
///     rate
///     base         ·  ·  ·               cosine, 3 steps of warm-up, 9 in all
///               ·           ·
///                              ·
///            ·                    ·
///                                    ·
///     step   0  1  2  3  4  5  6  7  8
public struct LearningRateSchedule: Sendable, Hashable {
    public enum Shape: Sendable, Hashable {
        case constant
        /// Half a cosine over the steps after warm-up, from the base rate in the first of them towards zero, which the step after the
        /// run's last would have: base · ½(1 + cos(π (t − warm-up) / (total − warm-up))).
        /// Source: I. Loshchilov, F. Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017, eq. 5.
        case cosine
        /// Multiplied by `factor` at each of the `milestones`, in steps since the run's beginning.
        case step(milestones: [Int], factor: Double)
    }

    public let base: Double
    public let shape: Shape
    /// W, steps of the linear rise: base · (t + 1) / W in step t, so that the last of them has the base rate. A run that is no longer
    /// than its warm-up ends on the rise.
    public let warmupSteps: Int
    /// Steps of the whole run, those of warm-up included.
    public let totalSteps: Int

    public init(base: Double, shape: Shape, warmupSteps: Int = 0, totalSteps: Int) {
        self.base = base
        self.shape = shape
        self.warmupSteps = warmupSteps
        self.totalSteps = totalSteps
    }

    /// The learning rate of step t, counted from 0 over the whole run, also where it was interrupted.
    public subscript(step: Int) -> Double {
        let warmth = step < warmupSteps ? Double(step + 1) / Double(warmupSteps) : 1
        switch shape {
        case .constant:
            return base * warmth
        case .cosine:
            guard step >= warmupSteps else { return base * warmth }
            let progress = Double(step - warmupSteps) / Double(max(totalSteps - warmupSteps, 1))
            return base * 0.5 * (1 + cos(Double.pi * progress))
        case .step(let milestones, let factor):
            return milestones.reduce(base) { step >= $1 ? $0 * factor : $0 } * warmth
        }
    }
}
