public import Tensors

/// Convolution (cross-correlation, as everywhere in the field) with optional groups and bias.
///
/// Inputs: x [N, C, H, W], weight [K, C/G, R, S], bias [K] (optional). Output: [N, K, H′, W′], extents as `WindowGeometry` says.
/// Cost: 2·N·K·(C/G)·R·S·H′·W′ floating-point operations.
public struct Convolution: DifferentiableOperation {
    public let window: WindowGeometry
    /// G: output channel group g sees input channel group g only.
    public let groups: Int

    public init(window: WindowGeometry, groups: Int = 1) {
        self.window = window
        self.groups = groups
    }

    public var name: String { "convolution" }
    public var attributes: String { window.summary + (groups > 1 ? ", groups \(groups)" : "") }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 2...3)
        let x = inputs[0].shape
        let weight = inputs[1].shape
        try expect(x.rank == window.kernel.count + 2 && weight.rank == x.rank, "images [N, C, H, W]", inputs)
        try expect(groups > 0 && x[1] % groups == 0, "a number of input channels divisible by its \(groups) groups", inputs)
        try expect(weight[0] % groups == 0, "a number of output channels divisible by its \(groups) groups", inputs)
        try expect(weight[1] * groups == x[1], "a weight for \(x[1] / groups) input channels a group", inputs)
        try expect(Array(weight.dimensions[2...]) == window.kernel, "a weight of kernel \(window.kernel)", inputs)
        if inputs.count == 3 {
            try expect(inputs[2].shape == [weight[0]], "a bias for \(weight[0]) output channels", inputs)
        }
        let extents = try window.outputExtents(for: Array(x.dimensions[2...]), operation: name)
        return [inputs[0].with(Shape([x[0], weight[0]] + extents))]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        let hasBias = inputs.count == 3
        func rule(_ sharding: PlacementRule.Sharding, _ x: Placement, _ weight: Placement, to y: Placement) -> PlacementRule {
            PlacementRule(sharding, [x, weight] + (hasBias ? [weight] : []), to: [y])
        }
        return [rule(.batch, .split(0), .replicated, to: .split(0))]
            + convolutionChannelSharding(groups: groups, outputChannels: inputs[1].shape[0], parts: parts).map {
                $0 == .groups
                    ? rule(.groups, .split(1), .split(0), to: .split(1))
                    : rule(.outputChannels, .replicated, .split(0), to: .split(1))
            } + [rule(.nothing, .replicated, .replicated, to: .replicated)]
    }

    public func localized(to block: LocalBlock) -> any Operation {
        Convolution(window: window, groups: groups / block.parts(of: .groups))
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        convolutionCost(weight: inputs[1].shape, y: outputs[0].shape, inputs: inputs, outputs: outputs)
    }

    public func gradient(
        of node: Node, outputGradients: [ValueID?], needed: [Bool], in builder: inout GraphBuilder
    ) throws(NetworkError) -> [ValueID?] {
        guard let dy = outputGradients[0] else { return node.inputs.map { _ in nil } }
        let x = builder.type(node.inputs[0]).shape
        var gradients: [ValueID?] = node.inputs.map { _ in nil }
        // The weights' gradient first: the data gradient's result may then take the place of tensors that both read.
        if needed.dropFirst().contains(true) {
            let operation = ConvolutionWeightGradient(window: window, groups: groups, hasBias: node.inputs.count == 3)
            let outputs = try builder.add(operation, [node.inputs[0], dy], named: "∇\(node.layer).weight")
            for (index, output) in outputs.enumerated() { gradients[index + 1] = output }
        }
        if needed[0] {
            let operation = ConvolutionDataGradient(window: window, groups: groups, extents: Array(x.dimensions[2...]))
            gradients[0] = try builder.add(operation, [dy, node.inputs[1]], named: "∇\(node.layer).input")[0]
        }
        return gradients
    }
}

/// The gradient of a convolution's input. Inputs: ∂y [N, K, H′, W′], weight [K, C/G, R, S]. Output: ∂x [N, C, H, W].
public struct ConvolutionDataGradient: Operation {
    public let window: WindowGeometry
    public let groups: Int
    /// [H, W], which the output's extents do not determine.
    public let extents: [Int]

    public var name: String { "convolution data gradient" }
    public var attributes: String { window.summary + (groups > 1 ? ", groups \(groups)" : "") }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 2...2)
        return [inputs[0].with(Shape([inputs[0].shape[0], inputs[1].shape[1] * groups] + extents))]
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        [PlacementRule(.batch, [.split(0), .replicated], to: [.split(0)])]
            + convolutionChannelSharding(groups: groups, outputChannels: inputs[1].shape[0], parts: parts).map {
                PlacementRule($0, [.split(1), .split(0)], to: [$0 == .groups ? .split(1) : .partial])
            } + [PlacementRule(.nothing, [.replicated, .replicated], to: [.replicated])]
    }

    public func localized(to block: LocalBlock) -> any Operation {
        ConvolutionDataGradient(window: window, groups: groups / block.parts(of: .groups), extents: extents)
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        convolutionCost(weight: inputs[1].shape, y: inputs[0].shape, inputs: inputs, outputs: outputs)
    }
}

/// The gradients of a convolution's weight and bias.
/// Inputs: x [N, C, H, W], ∂y [N, K, H′, W′]. Outputs: ∂weight [K, C/G, R, S], and ∂bias [K] if there is one.
public struct ConvolutionWeightGradient: Operation {
    public let window: WindowGeometry
    public let groups: Int
    public let hasBias: Bool

    public var name: String { "convolution weight gradient" }
    public var attributes: String { window.summary + (groups > 1 ? ", groups \(groups)" : "") }

    public func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 2...2)
        let outputChannels = inputs[1].shape[1]
        let weight = Shape([outputChannels, inputs[0].shape[1] / groups] + window.kernel)
        return [.weight(weight)] + (hasBias ? [.channels(outputChannels)] : [])
    }

    public func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        func rule(_ sharding: PlacementRule.Sharding, _ x: Placement, _ dy: Placement, to weight: Placement) -> PlacementRule {
            PlacementRule(sharding, [x, dy], to: Array(repeating: weight, count: outputs.count))
        }
        return [rule(.batch, .split(0), .split(0), to: .partial)]
            + convolutionChannelSharding(groups: groups, outputChannels: inputs[1].shape[1], parts: parts).map {
                rule($0, $0 == .groups ? .split(1) : .replicated, .split(1), to: .split(0))
            } + [rule(.nothing, .replicated, .replicated, to: .replicated)]
    }

    public func localized(to block: LocalBlock) -> any Operation {
        ConvolutionWeightGradient(window: window, groups: groups / block.parts(of: .groups), hasBias: hasBias)
    }

    public func cost(inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
        convolutionCost(weight: outputs[0].shape, y: inputs[1].shape, inputs: inputs, outputs: outputs)
    }
}

/// How a convolution's channels can be divided into `parts`: by whole groups where there are as many, by output
/// channels where there is one group, else not (a device would need parts of several groups).
private func convolutionChannelSharding(groups: Int, outputChannels: Int, parts: Int) -> [PlacementRule.Sharding] {
    if groups > 1 { return groups % parts == 0 ? [.groups] : [] }
    return outputChannels % parts == 0 ? [.outputChannels] : []
}

/// One multiplication and addition per output element and weight element that it meets.
private func convolutionCost(weight: Shape, y: Shape, inputs: [TensorType], outputs: [TensorType]) -> OperationCost {
    let perOutput = weight.elementCount / max(1, weight[0])
    return OperationCost(
        floatingPointOperations: saturatingProduct(2, y.elementCount, perOutput), inputs: inputs, outputs: outputs)
}
