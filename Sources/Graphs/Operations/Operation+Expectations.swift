public import Tensors

extension Operation {
    /// For shape rules: throws `NetworkError.shape` unless the operation got `count` inputs.
    public func expect(_ inputs: [TensorType], count: ClosedRange<Int>) throws(NetworkError) {
        guard count.contains(inputs.count) else {
            let wanted = count.count == 1 ? "\(count.lowerBound)" : "\(count.lowerBound) to \(count.upperBound)"
            throw .shape(operation: name, expected: "\(wanted) inputs", actual: "\(inputs.count)")
        }
    }

    /// For shape rules: throws `NetworkError.shape`, with the inputs' shapes, unless `condition` holds of them; `expected` says what would.
    public func expect(_ condition: Bool, _ expected: @autoclosure () -> String, _ inputs: [TensorType]) throws(NetworkError) {
        guard condition else {
            throw .shape(
                operation: name, expected: expected(), actual: inputs.map { "\($0.shape)" }.joined(separator: " and "))
        }
    }
}
