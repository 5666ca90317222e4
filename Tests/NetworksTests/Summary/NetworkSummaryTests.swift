import Networks
import Tensors
import Testing

@Suite struct NetworkSummaryTests {
    /// LeNet-5 in today's form, as the model zoo has it.
    let leNet5 = Network("lenet5", input: [1, 28, 28]) {
        Conv2D(6, kernel: 5, padding: 2, name: "conv1")
        Tanh()
        AvgPool2D(2)
        Conv2D(16, kernel: 5, name: "conv2")
        Tanh()
        AvgPool2D(2)
        Flatten()
        Dense(120, name: "fc3")
        Tanh()
        Dense(84, name: "fc4")
        Tanh()
        Dense(10, name: "fc5")
    }

    @Test func theTableOfLeNet5() throws {
        let summary = try NetworkSummary(of: TrainingGraph(of: leNet5.graph(batchSize: 64, purpose: .training)))
        let expected = """
            layer  operation                          output        parameters  forward  + gradient  memory
                                                                                  MFLOP       MFLOP     MiB
            ───────────────────────────────────────────────────────────────────────────────────────────────
            conv1  convolution 5×5, padding 2 + tanh  6 × 28 × 28          156    15.35       30.71    2.30
            pool1  average pooling 2×2, stride 2      6 × 14 × 14                  0.30        0.60    0.29
            conv2  convolution 5×5 + tanh             16 × 10 × 10       2,416    30.82       92.36    0.78
            pool2  average pooling 2×2, stride 2      16 × 5 × 5                   0.10        0.20    0.10
            fc3    inner product + tanh               120               48,120     6.15       18.45    0.06
            fc4    inner product + tanh               84                10,164     1.30        3.88    0.04
            fc5    inner product                      10                   850     0.11        0.32    0.00
            loss   softmax cross-entropy              scalar                       0.00        0.01    0.00
            ───────────────────────────────────────────────────────────────────────────────────────────────
            total  batch of 64                                          61,706    54.14      146.54    3.57
            """
        #expect("\(summary)" == expected)
    }

    @Test func theTableOfAnInferenceGraphHasNoGradient() throws {
        let summary = try NetworkSummary(of: leNet5.graph(batchSize: 1, purpose: .inference))
        #expect(!summary.hasGradient)
        #expect(!summary.description.contains("gradient"))
        #expect(summary.stepOperations == summary.forwardOperations)
    }

    @Test func totalsAreThoseOfTheGraph() throws {
        let training = try TrainingGraph(of: everyOperation.graph(batchSize: 4, purpose: .training))
        let graph = training.graph
        func work(_ nodes: ArraySlice<Node>) -> Int {
            nodes.reduce(0) {
                $0 + $1.operation.cost(inputs: graph.types($1.inputs), outputs: graph.types($1.outputs)).floatingPointOperations
            }
        }
        let summary = NetworkSummary(of: training)
        #expect(summary.parameterCount == graph.parameters.filter(\.isTrainable).reduce(0) { $0 + $1.shape.elementCount })
        #expect(summary.forwardOperations == work(graph.nodes[..<training.forwardCount]))
        #expect(summary.stepOperations == work(graph.nodes[...]))
    }

    @Test func longOperationsAreWrappedSoThatTheTableStaysWithin100Columns() throws {
        let summary = try NetworkSummary(of: TrainingGraph(of: everyOperation.graph(batchSize: 64, purpose: .training)))
        for table in [summary.table(), summary.table { "split(1), \($0.count) parts" }] {
            let lines = table.split(separator: "\n")
            #expect(lines.allSatisfy { $0.count <= 100 })
            #expect(lines.allSatisfy { !$0.hasSuffix(" ") })
        }
    }

    @Test func placementsStandInAColumnOfTheirOwn() throws {
        let summary = try NetworkSummary(of: leNet5.graph(batchSize: 1, purpose: .inference))
        let table = summary.table { $0 == "fc3" ? "split(0)" : "replicated" }
        let lines = table.split(separator: "\n")
        #expect(lines.first?.hasSuffix("placement") == true)
        #expect(lines.first { $0.hasPrefix("fc3") }?.hasSuffix("split(0)") == true)
        #expect(lines.filter { $0.hasSuffix("replicated") }.count == summary.rows.count - 1)
    }
}
