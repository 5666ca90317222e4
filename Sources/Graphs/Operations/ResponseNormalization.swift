public import Tensors

/// Local response normalisation across channels: y = x / (k + α·Σ x²)^β, the sum over the `size` channels around each.
///
/// Input: [N, C, H, W]. Output: like it.
/// With `groups` > 1 the channels' groups are normalised apart: in the two-column network of 2012 a column sees its own
/// kernel maps only, since the other's live on the other device.
///
/// Source: A. Krizhevsky et al., "ImageNet Classification with Deep Convolutional Neural Networks", 2012, section 3.3.
public struct ResponseNormalization: DifferentiableOperation {
    /// n: channels in the sum, odd.
    public let size: Int
    /// α as in the paper: not divided by the size (PyTorch and oneDNN divide: theirs is `size` times as large).
    public let alpha: Float
    public let beta: Float
    public let k: Float
    public let groups: Int

    public init(size: Int, alpha: Float, beta: Float, k: Float, groups: Int) {
        self.size = size
        self.alpha = alpha
        self.beta = beta
        self.k = k
        self.groups = groups
    }

    public var name: String { "local response normalisation" }
    public var attributes: String { "size \(size), α \(alpha), β \(beta), k \(k)" + (groups > 1 ? ", groups \(groups)" : "") }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 1...1)
        try expect(inputs[0].shape.rank == 4, "images [N, C, H, W]", inputs)
        try expect(size % 2 == 1, "an odd size", inputs)
        try expect(inputs[0].shape[1] % groups == 0, "channels divisible by its \(groups) groups", inputs)
        return [inputs[0]]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        responseNormalizationRules(inputs: 1, groups: groups, parts: parts)
    }

    public func localized(to block: LocalBlock) -> any Operation {
        ResponseNormalization(size: size, alpha: alpha, beta: beta, k: k, groups: groups / block.parts(of: .groups))
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        OperationCost(
            floatingPointOperations: saturatingProduct(inputs[0].shape.elementCount, 2 * size + 4), inputs: inputs,
            outputs: outputs)
    }

    public func gradient(
        of node: Node, outputGradients: [ValueID?], needed: [Bool], in builder: inout GraphBuilder
    ) throws(NetworkError) -> [ValueID?] {
        guard let dy = outputGradients[0] else { return [nil] }
        let operation = ResponseNormalizationGradient(forward: self)
        return [try builder.add(operation, [dy, node.inputs[0]], named: "∇\(node.layer).input")[0]]
    }
}

/// The gradient of local response normalisation: ∂x = ∂y·s^−β − 2αβ·x·Σ ∂y·y/s, where s = k + α·Σ x², over the same windows.
///
/// Inputs: ∂y, x [N, C, H, W]. Output: ∂x. Computes s again: that is cheaper than to keep and to read it.
public struct ResponseNormalizationGradient: Operation {
    public let forward: ResponseNormalization

    package init(forward: ResponseNormalization) {
        self.forward = forward
    }

    public var name: String { "local response normalisation gradient" }
    public var attributes: String { forward.attributes }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 2...2)
        return [inputs[0]]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        responseNormalizationRules(inputs: 2, groups: forward.groups, parts: parts)
    }

    public func localized(to block: LocalBlock) -> any Operation {
        guard let local = forward.localized(to: block) as? ResponseNormalization else { return self }
        return ResponseNormalizationGradient(forward: local)
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        OperationCost(
            floatingPointOperations: saturatingProduct(inputs[0].shape.elementCount, 5 * forward.size + 8), inputs: inputs,
            outputs: outputs)
    }
}

/// Channels meet their neighbours, so only whole groups can be divided.
private func responseNormalizationRules(inputs: Int, groups: Int, parts: Int) -> [PlacementRule] {
    func rule(_ sharding: PlacementRule.Sharding, _ placement: Placement) -> PlacementRule {
        PlacementRule(sharding, Array(repeating: placement, count: inputs), to: [placement])
    }
    return [rule(.batch, .split(0))] + (groups > 1 && groups % parts == 0 ? [rule(.groups, .split(1))] : [])
        + [rule(.nothing, .replicated)]
}
