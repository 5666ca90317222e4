import ModelZoo
import Networks
import Tensors
import Testing

@Suite struct LeNet5Of1998Tests {
    private func graph() throws -> Graph { try ModelZoo.network(named: "lenet5-1998").graph(batchSize: 1, purpose: .training) }

    @Test(arguments: [("c1", 156), ("s2", 12), ("c3", 1516), ("s4", 32), ("c5", 48_120), ("f6", 10_164)])
    func eachLayerHasThePublishedNumberOfParameters(layer: String, count: Int) throws {
        let own = try graph().parameters.filter { $0.isTrainable && $0.name.hasPrefix(layer) }
        #expect(own.reduce(0) { $0 + $1.shape.elementCount } == count)
    }

    /// Table I as it is printed: a row a map of S2, a column a map of C3.
    @Test func theConnectionTableIsThePublishedOne() {
        let columns = ConnectionTable.threes + ConnectionTable.fours + ConnectionTable.six
        let printed = (0..<6).map { row in String(columns.map { $0.contains(row) ? "X" : "." }) }
        #expect(
            printed == [
                "X...XXX..XXXX.XX",
                "XX...XXX..XXXX.X",
                "XXX...XXX..X.XXX",
                ".XXX..XXXX..X.XX",
                "..XXX..XXXX.XX.X",
                "...XXX..XXXX.XXX",
            ])
        #expect(columns.reduce(0) { $0 + $1.count } == 60)
    }

    /// Follows the graph from each map of C3 back through its group to the channels gathered from S2.
    @Test func theGraphConnectsWhatTheTableSays() throws {
        let graph = try graph()
        var seen: [[Int]] = []
        for layer in ["c3a", "c3b", "c3c"] {
            let node = try #require(graph.nodes.first { $0.layer == layer })
            let convolution = try #require(node.operation as? Convolution)
            guard case .node(let before) = graph.value(node.inputs[0]).source else { continue }
            let selection = try #require(graph.node(before).operation as? ChannelSelection)
            let width = selection.indices.count / convolution.groups
            #expect(graph.type(node.outputs[0]).shape[1] == convolution.groups)
            seen += (0..<convolution.groups).map { Array(selection.indices[$0 * width..<($0 + 1) * width]) }
        }
        #expect(seen == ConnectionTable.threes + ConnectionTable.fours + ConnectionTable.six)
    }

    @Test func weightsStartWithinTheirFanIn() throws {
        let bounds: [String: Float] = [
            "c1.weight": 2.4 / 25, "s2.weight": 2.4 / 4, "c3a.weight": 2.4 / 75, "c3b.weight": 2.4 / 100, "c3c.weight": 2.4 / 150,
            "s4.weight": 2.4 / 4, "c5.weight": 2.4 / 400, "f6.weight": 2.4 / 120,
        ]
        for parameter in try graph().parameters where parameter.kind == .weight {
            #expect(parameter.initializer == .uniform(bound: try #require(bounds[parameter.name])))
        }
    }

    @Test func theDigitsAreTenImagesOfPlusAndMinusOne() {
        #expect(DigitBitmaps.centers.map(\.count) == Array(repeating: 7 * 12, count: 10))
        #expect(DigitBitmaps.centers.allSatisfy { $0.allSatisfy { abs($0) == 1 } })
        #expect(Set(DigitBitmaps.centers).count == 10)
        #expect(DigitBitmaps.centers[1][0..<7] == [-1, -1, -1, 1, 1, -1, -1])
    }

    @Test func onlyTenClassesExist() {
        let error = #expect(throws: ModelZooError.self) { try ModelZoo.network(named: "lenet5-1998", classes: 11) }
        #expect(
            error?.description
                == "lenet5-1998 cannot tell 11 classes apart: it has a fixed bitmap for each of the ten digits; give it data of ten "
                + "classes, or use lenet5")
    }
}
