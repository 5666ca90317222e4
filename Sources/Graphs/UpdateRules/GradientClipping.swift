/// Scales all gradients down where their common norm is larger than allowed: clipping by global norm, PyTorch's `clip_grad_norm_`.
///
///     g ← g · min(1, c / (‖g‖ + 1e-6)),   ‖g‖² = Σ over all parameters that learn
///
/// The norm has the same bits on any number of devices in data mode: squares are added in lines of 16 elements in double precision, and the
/// lines' sums without rounding (`ExactSum`).
///
/// Source: R. Pascanu et al., "On the difficulty of training recurrent neural networks", ICML 2013, algorithm 1.
public struct GradientClipping: Sendable, Hashable {
    /// c
    public let largestNorm: Double

    public init(largestNorm: Double) {
        precondition(largestNorm > 0, "gradients cannot be clipped to a norm of \(largestNorm)")
        self.largestNorm = largestNorm
    }

    /// What gradients of a norm are multiplied by. No number where the norm is none.
    public func factor(norm: Double) -> Double {
        let factor = largestNorm / (norm + 1e-6)
        return factor > 1 ? 1 : factor
    }
}
