import Foundation
import KernelChoices
import Kernels
import Layouts
import Networks
import OneDNN
import Parallelism
import Planning
import Tensors
import TestSupport
import Testing

/// The lists of ways to compute operations: what planning and files rely on, for every operation that there is.
@Suite struct KernelImplementationTests {
    /// A network of which every operation is part, those of the gradient included.
    private static let network = Network("every operation", input: [4, 18, 18], loss: SoftmaxCrossEntropy(rejection: 1)) {
        Conv2D(16, kernel: 5, stride: 2, padding: 1, name: "strided")
        ReLU()
        BlurPool2D(stride: 1)
        PadChannels(to: 20)
        Conv2D(16, kernel: 1, name: "pointwise")
        Highway {
            Conv2D(16, kernel: 1, name: "transform")
        } gate: {
            Sigmoid()
        }
        Gated {
            GlobalAveragePool2D()
            Sigmoid()
        }
        LocalResponseNorm(size: 3, alpha: 0.3)
        Conv2D(16, kernel: 3, padding: 1, name: "threes")
        BatchNorm()
        MaxPool2D(2)
        Conv2D(12, kernel: 3, padding: 1, groups: 4, name: "grouped")
        Concat {
            Identity()
            SelectChannels([1, 3, 3, 0])
        }
        AvgPool2D(2)
        ChannelScale(name: "scale")
        Bias(name: "bias")
        Add {
            Identity()
            Conv2D(16, kernel: 1, name: "skip")
        }
        Flatten()
        Dropout(0.4)
        Dense(64, name: "hidden")
        Tanh()
        Dense(16, name: "features")
        RadialBasisOutput(centers: (0..<5).map { row in (0..<16).map { ($0 * row) % 3 == 0 ? 1 : -1 } })
    }

    /// With statistics of its own, with the batch's, and with running ones.
    private static let networks = [network, network.normalizing(by: .synchronised), network.normalizing(by: .frozen)]

    /// Every operation of a training step, as a plan asks for it where all kernels are standard.
    private static func requests(
        _ network: Network, batchSize: Int, _ precision: Precision
    ) throws -> [(any ComputableOperation, KernelRequest)] {
        ComputeThread.prepare()
        let engine = try Engine()
        let graph = try TrainingGraph(of: try network.graph(batchSize: batchSize, purpose: .training)).graph
        var layouts: [ValueID: Layout] = [:]
        // A parameter's layout is its first reader's to decide.
        for id in graph.parameterValues { layouts[id] = .any(graph.value(id).type.shape.dimensions) }
        return try graph.nodes.compactMap { node in
            // An exchange, which lies as it comes.
            if node.operation is SumOverBatch {
                layouts[node.outputs[0]] = layouts[node.inputs[0]]
                return nil
            }
            let operation = try #require(node.operation.computable, "no kernel for \(node.operation.name)")
            let inputs = node.inputs.map { id in
                let type = graph.value(id).type
                let plain = Layout.plain(type.shape.dimensions, type: type.element == .int32 ? .i32 : .f32)
                return KernelRequest.Input(type: type, layout: layouts[id] ?? plain)
            }
            var request = KernelRequest(
                engine: engine, inputs: inputs, outputs: node.outputs.map { .init(type: graph.value($0).type) })
            request.precision = precision
            let choice = try operation.implementations[0].kernel(for: request)
            for (input, layout) in zip(node.inputs, choice.inputs) where layouts[input]?.isAny == true { layouts[input] = layout }
            for (output, layout) in zip(node.outputs, choice.outputs) { layouts[output] = layout }
            return (operation, request)
        }
    }

    private static let precisions: [Precision] = Precision.bf16.isSupported ? [.f32, .bf16] : [.f32]

    private func forEachRequest(_ body: (any ComputableOperation, KernelRequest) throws -> Void) throws {
        for precision in Self.precisions {
            for batchSize in [3, 16] {
                for network in Self.networks {
                    for (operation, request) in try Self.requests(network, batchSize: batchSize, precision) {
                        try body(operation, request)
                    }
                }
            }
        }
    }

    @Test func everyOperationIsAsked() throws {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("../../Sources/Kernels")
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.standardized.path).filter {
            $0.hasSuffix(".swift")
        }
        let declared = try paths.flatMap { path in
            try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
                .matches(of: /extension (\w+): (?:ComputableOperation|LoopOperation)/).map { String($0.1) }
        }
        let graphs = try Self.networks.map { try TrainingGraph(of: $0.graph(batchSize: 3, purpose: .training)).graph }
        let asked = Set(graphs.flatMap(\.nodes).filter { !($0.operation is SumOverBatch) }.map { "\(type(of: $0.operation))" })
        #expect(declared.count > 25 && asked == Set(declared))
    }

    @Test func theFirstIsTheStandardOneAndPossibleForAllShapes() throws {
        try forEachRequest { operation, request in
            #expect(operation.implementations[0].variant == .standard)
            #expect(operation.implementations[0].isPossible(for: request), "\(operation.name)")
            #expect(operation.variants(for: request).first == .standard)
        }
    }

    @Test func eachHasANameOfItsOwnAndEveryNameIsSomebodys() throws {
        var names: Set<KernelVariant> = []
        try forEachRequest { operation, request in
            let own = operation.implementations.map(\.variant)
            #expect(Set(own).count == own.count, "\(operation.name): \(own)")
            #expect(own.filter(operation.variants(for: request).contains) == operation.variants(for: request))
            names.formUnion(own)
        }
        #expect(names == Set(KernelVariant.allCases))
    }

    /// Whether it is in no list, in another operation's, or not possible for these shapes.
    @Test func whoeverAsksForWhatThereIsNotGetsTheStandardOne() throws {
        var (got, refused) = (0, 0)
        try forEachRequest { operation, request in
            for variant in KernelVariant.allCases {
                var request = request
                request.variant = variant
                let isThere = operation.variants(for: request).contains(variant)
                if isThere { got += 1 } else { refused += 1 }
                #expect(
                    operation.implementation(for: request).variant == (isThere ? variant : .standard),
                    "\(operation.name), \(variant)")
            }
        }
        #expect(got > 0 && refused > 0)
    }

    /// Whether it is preferred, drawn, settled by a table from another machine, or decided for micro-batches of another size.
    @Test func planningNeverMakesWhatIsNotPossible() throws {
        #expect(try Self.decisions(.standard).map(\.variant) == ["standard", "standard"])
        #expect(try Self.decisions(KernelSelection(preferred: .flipped)).map(\.variant) == ["flipped", "flipped"])
        #expect(try Self.decisions(KernelSelection(preferred: .winograd)).map(\.variant) == ["standard", "standard"])
        for seed in 0..<8 as Range<UInt64> {
            var drawn = KernelSelection.standard
            drawn.drawn = seed
            #expect(try Self.decisions(drawn).isEmpty)
        }
        let key = try #require(try Self.decisions(.standard).first).key
        for variant in KernelVariant.allCases {
            let settled = KernelSelection(known: KernelTable([key: variant.rawValue]), measures: false)
            let isThere = variant == .standard || variant == .flipped
            for decision in try Self.decisions(settled) {
                #expect(decision.variant == (isThere ? variant.rawValue : "standard"), "\(variant)")
                #expect(decision.impossible == (isThere ? nil : variant.rawValue))
            }
        }
    }

    /// What a plan decides, for training and inference, for four micro-batches on two workers: the first worker's two have two examples, the
    /// second's two have one.
    private static func decisions(_ kernels: KernelSelection) throws -> [KernelDecision] {
        ComputeThread.prepare()
        let engine = try Engine()
        let network = Network("choosy", input: [4, 6, 6]) {
            Choosy()
            Dense(3, name: "readout")
        }
        let placed = try SessionGraphs(
            network, strategy: ParallelMode.data, devices: 2, lanes: 1, batchSize: 6, microBatches: 4)
        var decided: SharedLayouts?
        return try (0..<2).flatMap { worker in
            let plans = try UnboundPlans(
                placed.byPurpose, worker: worker, engine: engine, selection: kernels, precision: .f32, decided: decided)
            decided = decided ?? plans.layouts
            return plans.byPurpose.values.flatMap(\.decisions).filter { $0.layer == "choosy" }
        }
    }

    /// What is behind it may want another layout, and has to pay for that.
    @Test func whoBringsALayoutInCountsForMoreThanItTakes() throws {
        let pooling = AveragePooling(window: try WindowGeometry(kernel: 2, operation: "test"), countsPadding: true)
        let (x, y) = (TensorType.examples([16, 4, 6, 6]), TensorType.examples([16, 4, 5, 5]))
        let engine = try Engine()
        func factors(_ layout: Layout) -> [Double] {
            let request = KernelRequest(engine: engine, inputs: [.init(type: x, layout: layout)], outputs: [.init(type: y)])
            return pooling.implementations.map { $0.costFactor(for: request) }
        }
        #expect(factors(.plain(x.shape.dimensions)) == [1, 1.4])
        #expect(factors(.batchInnermost(x.shape.dimensions)) == [1, 1])
    }
}

/// Hands its input on: in the standard way, and in one that is possible for an even number of examples; there is none for an odd number.
private struct Choosy: DifferentiableOperation, ComputableOperation, Layer {
    private struct Copy: KernelImplementation {
        let variant: KernelVariant

        func isPossible(for request: KernelRequest) -> Bool {
            variant == .standard || variant == .flipped && request.inputs[0].type.shape[0] % 2 == 0
        }

        func kernel(for request: KernelRequest) throws -> KernelChoice {
            #expect(isPossible(for: request), "\(variant) for \(request.inputs[0].type)")
            let layout = Layout.plain(request.inputs[0].type.shape.dimensions)
            return KernelChoice(inputs: [layout], outputs: [layout], origin: .loop, implementation: "copy") { memory in
                LoopKernel { _ in memory.outputs[0].copyMemory(from: memory.inputs[0], byteCount: layout.byteCount) }
            }
        }
    }

    var name: String { "choosy" }
    var implementations: [any KernelImplementation] { [KernelVariant.standard, .winograd, .flipped].map(Copy.init) }

    func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] { inputs }
    func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        [
            PlacementRule(.batch, [.split(0)], to: [.split(0)]),
            PlacementRule(.nothing, [.replicated], to: [.replicated]),
        ]
    }
    func gradient(
        of node: Node, outputGradients: [ValueID?], needed: [Bool], in builder: inout GraphBuilder
    ) throws(NetworkError) -> [ValueID?] { outputGradients }

    func apply(to input: ValueID, in builder: inout GraphBuilder) throws(NetworkError) -> ValueID {
        try builder.inLayer("choosy") { builder throws(NetworkError) in try builder.add(self, [input])[0] }
    }
}
