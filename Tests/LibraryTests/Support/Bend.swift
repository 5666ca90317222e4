import Partrain

/// y = x + strength[c] · x², as a program writes it that has nothing but `import Partrain`. Inputs: x [N, C, …], strength [C].
struct Bend: DifferentiableOperation, LoopOperation {
    /// What may be wrong with its gradient.
    enum Mistake: CaseIterable {
        /// By x: the factor 2 of the square's derivative is missing.
        case factor
        /// By the strength: the sum leaves out an example.
        case term
        /// By the strength: there is none.
        case absence
    }

    var mistake: Mistake?
    let name = "bend"

    func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] {
        try expect(inputs, count: 2...2)
        try expect(inputs[0].shape.rank >= 2 && inputs[1].shape == [inputs[0].shape[1]], "a strength for each channel", inputs)
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
        let input = needed[0] ? try builder.add(BendInputGradient(mistake: mistake), [dy] + node.inputs)[0] : nil
        guard needed[1], mistake != .absence else { return [input, nil] }
        return [input, try builder.add(BendStrengthGradient(mistake: mistake), [dy, node.inputs[0]])[0]]
    }

    func compute(_ block: OperationBlock<Float>) { bend(block) }
    func compute(_ block: OperationBlock<Double>) { bend(block) }

    private func bend<Number>(_ block: OperationBlock<Number>) {
        let (x, strength, y) = (block.input(0), block.input(1), block.output(0))
        for i in x.indices { y[i] = x[i] + strength[block.channel(of: i)] * x[i] * x[i] }
    }
}

/// ∂x = ∂y · (1 + 2 · strength[c] · x). Inputs: ∂y, x [N, C, …], strength [C].
private struct BendInputGradient: LoopOperation {
    let mistake: Bend.Mistake?
    let name = "bend input gradient"

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
        let (dy, x, strength, dx) = (block.input(0), block.input(1), block.input(2), block.output(0))
        let factor: Number = mistake == .factor ? 1 : 2
        for i in x.indices { dx[i] = dy[i] * (1 + factor * strength[block.channel(of: i)] * x[i]) }
    }
}

/// ∂strength = Σ ∂y · x². Inputs: ∂y, x [N, C, …]. Output: [C].
private struct BendStrengthGradient: LoopOperation {
    let mistake: Bend.Mistake?
    let name = "bend strength gradient"

    func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] { [.channels(inputs[1].shape[1])] }

    func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        [
            PlacementRule(.batch, [.split(0), .split(0)], to: [.partial]),
            PlacementRule(.channels, [.split(1), .split(1)], to: [.split(0)]),
            PlacementRule(.nothing, [.replicated, .replicated], to: [.replicated]),
        ]
    }

    func compute(_ block: OperationBlock<Float>) { sum(block) }
    func compute(_ block: OperationBlock<Double>) { sum(block) }

    private func sum<Number>(_ block: OperationBlock<Number>) {
        let (dy, x, dstrength) = (block.input(0), block.input(1), block.output(0))
        dstrength.update(repeating: 0)
        let first = mistake == .term ? x.count / block.inputTypes[0].shape[0] : 0
        for i in first..<x.count { dstrength[block.channel(of: i)] += dy[i] * x[i] * x[i] }
    }
}

extension OperationBlock {
    /// The channel of an element of the first input [N, C, …].
    fileprivate func channel(of index: Int) -> Int {
        let shape = inputTypes[0].shape
        return index / shape.dimensions[2...].reduce(1, *) % shape[1]
    }
}

/// The layer: `name.strength` [C].
struct Bent: Layer {
    var mistake: Bend.Mistake?
    let name: String

    func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        let channels = builder.type(input).shape[1]
        return try builder.inLayer(name) { builder throws(NetworkError) in
            let strength = try builder.addParameter(
                Parameter(name: "\(name).strength", shape: [channels], kind: .weight, fanIn: 1, initializer: .constant(0.1)))
            return try builder.add(Bend(mistake: mistake), [input, strength])[0]
        }
    }
}

/// Convolutions and a dense layer between which the operation stands.
func bentNetwork(_ mistake: Bend.Mistake? = nil) -> Network {
    Network("bent", input: [2, 8, 8]) {
        Conv2D(4, kernel: 3, name: "conv1")
        Bent(mistake: mistake, name: "bend1")
        Conv2D(8, kernel: 3, name: "conv2")
        Bent(name: "bend2")
        AvgPool2D(2)
        Dense(3, name: "output")
    }
}
