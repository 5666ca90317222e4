import Networks
import ReferenceKernels
import Tensors
import Testing

/// Each rule is carried out: the inputs are cut as it says, every part is computed alone with the localized operation, and
/// the parts are put together as it says. That must give what the whole operation gives.
@Suite struct PlacementTests {
    let graph: Graph
    let values: ReferenceValues
    let step = ReferenceStep(seed: 5, step: 2)

    init() throws {
        let training = try TrainingGraph(of: everyOperation.graph(batchSize: 4, purpose: .training))
        graph = training.graph
        let interpreter = ReferenceInterpreter(training)
        var random = RandomCases(seed: 1)
        values = interpreter.run(
            images: random.tensor(graph.type(graph.inputs[0]).shape), labels: [0, 3, -1, 4],
            parameters: interpreter.initialParameters(seed: 3), step: step)
    }

    @Test func theNetworkOfThisSuiteHasEveryOperation() {
        #expect(
            Set(graph.nodes.map(\.operation.name)) == [
                "convolution", "convolution data gradient", "convolution weight gradient", "ReLU", "ReLU gradient", "sigmoid",
                "sigmoid gradient", "tanh", "tanh gradient", "local response normalisation",
                "local response normalisation gradient", "max pooling", "max pooling gradient", "average pooling",
                "average pooling gradient", "channel affine", "channel scaling", "channel affine parameter gradient", "bias",
                "bias gradient", "channel selection", "channel selection gradient", "concatenation", "slice", "addition",
                "reshape", "dropout", "GELU", "GELU gradient", "blur pooling", "blur pooling gradient", "channel padding",
                "highway gate", "highway gate gradient", "channel gate", "channel gate gradient", "multiplication",
                "inner product", "inner product data gradient",
                "inner product weight gradient", "radial basis functions", "radial basis functions gradient",
                "softmax cross-entropy", "softmax cross-entropy gradient", "batch normalization", "batch normalization gradient",
            ])
    }

    @Test(arguments: [2, 3, 4]) func rulesNameEveryTensorOnceAndOneDividesNothing(parts: Int) {
        for node in graph.nodes {
            let rules = rules(of: node, parts: parts)
            #expect(rules.filter { $0.sharding == .nothing }.count == 1, "\(node.operation.name)")
            #expect(Set(rules.map(\.sharding)).count == rules.count, "\(node.operation.name)")
            for rule in rules {
                #expect(
                    rule.inputs.count == node.inputs.count && rule.outputs.count == node.outputs.count, "\(node.operation.name)")
                for (placement, value) in zip(rule.inputs + rule.outputs, node.inputs + node.outputs) {
                    if case .split(let axis) = placement {
                        #expect(axis < graph.type(value).shape.rank, "\(node.operation.name)")
                    }
                }
            }
        }
    }

    @Test(arguments: [2, 4]) func partsPutTogetherAreTheWhole(parts: Int) throws {
        var carriedOut = 0
        for node in graph.nodes {
            // Batch normalisation of half a batch is another one, by design; BatchNormTests hold it to one device.
            let isOfMicroBatch = node.operation.name.hasPrefix("batch normalization")
            for rule in rules(of: node, parts: parts) where canCut(node, by: rule, parts: parts) {
                if isOfMicroBatch, rule.sharding == .batch { continue }
                try carryOut(rule, of: node, parts: parts)
                carriedOut += 1
            }
        }
        #expect(carriedOut > 2 * graph.nodes.count)
    }

    private func rules(of node: Node, parts: Int) -> [PlacementRule] {
        node.operation.placementRules(inputs: graph.types(node.inputs), outputs: graph.types(node.outputs), parts: parts)
    }

    private func canCut(_ node: Node, by rule: PlacementRule, parts: Int) -> Bool {
        zip(rule.inputs + rule.outputs, node.inputs + node.outputs).allSatisfy { placement, value in
            guard case .split(let axis) = placement else { return true }
            return graph.type(value).shape[axis] % parts == 0
        }
    }

    private func carryOut(_ rule: PlacementRule, of node: Node, parts: Int) throws {
        let wholes = node.outputs.map { values[$0] }
        var cutInputs: [[ReferenceTensor]] = []
        for (placement, input) in zip(rule.inputs, node.inputs) {
            cutInputs.append(values[input].cut(placement, parts: parts))
        }
        var results: [[ReferenceTensor]] = []
        for part in 0..<parts {
            let inputs = cutInputs.map { $0[part] }
            let block = LocalBlock(
                shardings: [(rule.sharding, parts)], outputShapes: wholes.map(\.shape),
                outputRanges: zip(rule.outputs, wholes).map { $1.shape.ranges(of: part, in: parts, $0) })
            let local = node.operation.localized(to: block)
            let types = zip(inputs, node.inputs).map { graph.type($1).with($0.shape) }
            let outputs = try #require(local as? any ReferenceComputable).reference(inputs, step: step)
            #expect(try local.outputTypes(for: types).map(\.shape) == outputs.map(\.shape))
            #expect(
                outputs.map(\.shape) == block.outputRanges.map { Shape($0.map(\.count)) },
                "\(node.operation.name) divided by \(rule.sharding.rawValue)")
            results.append(outputs)
        }
        for (index, placement) in rule.outputs.enumerated() {
            let parts = results.map { $0[index] }
            let error = wholes[index].largestDifference(toParts: parts, placed: placement)
            #expect(error < 1e-12, "\(node.operation.name) (\(node.layer)) divided by \(rule.sharding.rawValue), output \(index)")
        }
    }
}

extension Shape {
    /// The index ranges of one of `parts` blocks of a tensor of this shape.
    fileprivate func ranges(of part: Int, in parts: Int, _ placement: Placement) -> [Range<Int>] {
        dimensions.enumerated().map { axis, extent in
            guard placement == .split(axis) else { return 0..<extent }
            return part * extent / parts..<(part + 1) * extent / parts
        }
    }
}

extension ReferenceTensor {
    /// What each of `parts` devices holds of this tensor.
    fileprivate func cut(_ placement: Placement, parts: Int) -> [ReferenceTensor] {
        (0..<parts).map { part in
            switch placement {
            case .replicated:
                return self
            case .split(let axis):
                let slice = Slice(axis: axis, range: shape.ranges(of: part, in: parts, placement)[axis])
                return slice.reference([self], step: ReferenceStep(seed: 0))[0]
            case .partial:
                // Unequal terms, the first of them negative.
                let share = part == 0 ? -1 : 2 / Double(parts - 1)
                return map { $0 * share }
            }
        }
    }

    /// The largest distance of an element to that of the parts put together.
    fileprivate func largestDifference(toParts parts: [ReferenceTensor], placed placement: Placement) -> Double {
        let together: [ReferenceTensor] =
            switch placement {
            case .replicated: parts
            case .split(let axis): Concatenation(axis: axis).reference(parts, step: ReferenceStep(seed: 0))
            case .partial: Addition().reference(parts, step: ReferenceStep(seed: 0))
            }
        return together.map { zip(values, $0.values).map { abs($0 - $1) }.max() ?? 0 }.max() ?? 0
    }
}
