/// The norms that a worker makes in a step, in memory: of each parameter's gradient and of the parameter, in the order of the graph's
/// parameters, and behind them what gradients are to be multiplied by.
package struct Norms {
    private let numbers: UnsafeMutablePointer<Double>
    private let parameters: Int

    package init(at address: UnsafeMutableRawPointer, parameters: Int) {
        numbers = address.assumingMemoryBound(to: Double.self)
        self.parameters = parameters
    }

    package static func byteCount(parameters: Int) -> Int { (2 * parameters + 1) * MemoryLayout<Double>.stride }

    /// Before it is clipped.
    package func gradient(_ parameter: Int) -> Double { numbers[2 * parameter] }
    package func weights(_ parameter: Int) -> Double { numbers[2 * parameter + 1] }

    package func set(_ parameter: Int, gradient: Double, weights: Double) {
        numbers[2 * parameter] = gradient
        numbers[2 * parameter + 1] = weights
    }

    /// 1 where nothing is clipped.
    package var factor: Double {
        get { numbers[2 * parameters] }
        nonmutating set { numbers[2 * parameters] = newValue }
    }
}
