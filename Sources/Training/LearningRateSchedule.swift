import Glibc

/// How the learning rate changes from step to step.
public struct LearningRateSchedule: Sendable, Hashable {
    public enum Shape: Sendable, Hashable {
        case constant
        /// Half a cosine from the base rate to zero: base · ½(1 + cos(πt / total)).
        /// Source: I. Loshchilov, F. Hutter, "SGDR: Stochastic Gradient Descent with Warm Restarts", ICLR 2017, eq. 5.
        case cosine
        /// Multiplied by `factor` at each of the `milestones`, in steps.
        case step(milestones: [Int], factor: Double)
    }

    public let base: Double
    public let shape: Shape
    /// Steps in which the rate rises linearly to what the shape says: factor (t + 1) / warmupSteps.
    public let warmupSteps: Int
    /// Steps of the whole run.
    public let totalSteps: Int

    public init(base: Double, shape: Shape, warmupSteps: Int = 0, totalSteps: Int) {
        self.base = base
        self.shape = shape
        self.warmupSteps = warmupSteps
        self.totalSteps = totalSteps
    }

    /// The learning rate of step t, counted from 0.
    public subscript(step: Int) -> Double {
        let warmth = step < warmupSteps ? Double(step + 1) / Double(warmupSteps) : 1
        switch shape {
        case .constant:
            return base * warmth
        case .cosine:
            return base * 0.5 * (1 + cos(Double.pi * Double(step) / Double(max(totalSteps, 1)))) * warmth
        case .step(let milestones, let factor):
            return milestones.reduce(base) { step >= $1 ? $0 * factor : $0 } * warmth
        }
    }
}
