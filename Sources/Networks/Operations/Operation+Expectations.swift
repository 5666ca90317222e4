import Tensors

extension Operation {
    /// Throws unless the operation got `count` inputs.
    func expect(_ inputs: [TensorType], count: ClosedRange<Int>) throws(NetworkError) {
        guard count.contains(inputs.count) else {
            let wanted = count.count == 1 ? "\(count.lowerBound)" : "\(count.lowerBound) to \(count.upperBound)"
            throw .shape(operation: name, expected: "\(wanted) inputs", actual: "\(inputs.count)")
        }
    }

    /// Throws unless `condition` holds of the inputs; `expected` says what would.
    func expect(_ condition: Bool, _ expected: @autoclosure () -> String, _ inputs: [TensorType]) throws(NetworkError) {
        guard condition else {
            throw .shape(
                operation: name, expected: expected(), actual: inputs.map { "\($0.shape)" }.joined(separator: " and "))
        }
    }
}
