import Partrain

/// y = x where x > 0, else slope[c] · x, a slope being learnt for each channel: `name.slope` [C].
///
/// Source: K. He et al., "Delving Deep into Rectifiers", ICCV 2015, eq. 1.
struct PReLU: Layer {
    func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        let (name, channels) = (builder.nextName("prelu"), builder.type(input).shape[1])
        return try builder.inLayer(name) { builder throws(NetworkError) in
            let slope = try builder.addParameter(
                Parameter(name: "\(name).slope", shape: [channels], kind: .weight, fanIn: 1, initializer: .constant(0.25)))
            return try builder.add(LeakyRectification(), [input, slope])[0]
        }
    }
}

/// Inputs: x [N, C, …], slope [C]. Output: like x.
struct LeakyRectification: DifferentiableOperation, LoopOperation {
    let name = "leaky rectification"

    func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 2...2)
        try expect(inputs[0].shape.rank >= 2 && inputs[1].shape == [inputs[0].shape[1]], "a slope for each channel", inputs)
        return [inputs[0]]
    }

    func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        [
            PlacementRule(.batch, [.split(0), .replicated], to: [.split(0)]),
            PlacementRule(.channels, [.split(1), .split(0)], to: [.split(1)]),
            PlacementRule(.nothing, [.replicated, .replicated], to: [.replicated]),
        ]
    }

    func gradient(
        of node: Node, outputGradients: [ValueID?], needed: [Bool], in builder: inout GraphBuilder
    ) throws(NetworkError) -> [ValueID?] {
        guard let dy = outputGradients[0] else { return [nil, nil] }
        let inputs = [dy] + node.inputs
        return [
            needed[0] ? try builder.add(InputGradient(), inputs, named: "∇\(node.layer).input")[0] : nil,
            needed[1] ? try builder.add(SlopeGradient(), inputs, named: "∇\(node.layer).slope")[0] : nil,
        ]
    }

    func compute(_ block: OperationBlock<Float>) { rectify(block) }
    func compute(_ block: OperationBlock<Double>) { rectify(block) }

    private func rectify<Number>(_ block: OperationBlock<Number>) {
        let (x, slope, y) = (block.input(0), block.input(1), block.output(0))
        block.forEachChannel(of: 0) { channel, row in
            for i in row { y[i] = x[i] > 0 ? x[i] : slope[channel] * x[i] }
        }
    }
}

/// ∂x = ∂y where x > 0, else slope[c] · ∂y. Inputs: ∂y, x [N, C, …], slope [C]. Output: like x.
struct InputGradient: LoopOperation {
    let name = "leaky rectification input gradient"

    func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] { [inputs[1]] }

    func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        [
            PlacementRule(.batch, [.split(0), .split(0), .replicated], to: [.split(0)]),
            PlacementRule(.channels, [.split(1), .split(1), .split(0)], to: [.split(1)]),
            PlacementRule(.nothing, [.replicated, .replicated, .replicated], to: [.replicated]),
        ]
    }

    func compute(_ block: OperationBlock<Float>) { differentiate(block) }
    func compute(_ block: OperationBlock<Double>) { differentiate(block) }

    private func differentiate<Number>(_ block: OperationBlock<Number>) {
        let (dy, x, slope, dx) = (block.input(0), block.input(1), block.input(2), block.output(0))
        block.forEachChannel(of: 1) { channel, row in
            for i in row { dx[i] = x[i] > 0 ? dy[i] : slope[channel] * dy[i] }
        }
    }
}

/// ∂slope = Σ ∂y · x over what is not above 0; of a part of the batch a partial sum. Inputs: ∂y, x [N, C, …], slope [C]. Output: [C].
struct SlopeGradient: LoopOperation {
    let name = "leaky rectification slope gradient"

    func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] { [inputs[2]] }

    func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        [
            PlacementRule(.batch, [.split(0), .split(0), .replicated], to: [.partial]),
            PlacementRule(.channels, [.split(1), .split(1), .split(0)], to: [.split(0)]),
            PlacementRule(.nothing, [.replicated, .replicated, .replicated], to: [.replicated]),
        ]
    }

    func compute(_ block: OperationBlock<Float>) { sum(block) }
    func compute(_ block: OperationBlock<Double>) { sum(block) }

    private func sum<Number>(_ block: OperationBlock<Number>) {
        let (dy, x, dslope) = (block.input(0), block.input(1), block.output(0))
        dslope.update(repeating: 0)
        block.forEachChannel(of: 1) { channel, row in
            for i in row where !(x[i] > 0) { dslope[channel] += dy[i] * x[i] }
        }
    }
}

extension OperationBlock {
    /// Calls `body` with each channel of each example of an input [N, C, …], and where its elements lie.
    fileprivate func forEachChannel(of input: Int, _ body: (_ channel: Int, _ row: Range<Int>) -> Void) {
        let shape = inputTypes[input].shape
        let (rows, length) = (shape[0] * shape[1], shape.dimensions[2...].reduce(1, *))
        for row in 0..<rows { body(row % shape[1], row * length..<(row + 1) * length) }
    }
}
