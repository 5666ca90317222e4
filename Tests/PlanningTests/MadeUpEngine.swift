import KernelChoices
import Layouts
import Networks
import Tensors

/// An engine without a library: its kernels want layouts, and compute nothing.
///
/// Convolutions want blocks of channels, and weights in another order forward than backward; what follows them takes images as the first of
/// them lies; all else wants rows.
final class MadeUpEngine: KernelEngine {
    /// Seconds of the ways to compute a convolution, where there is more than one.
    let seconds: [KernelVariant: Double]
    /// Those of them for which there is a plain loop alone.
    let plainLoops: Set<KernelVariant>
    /// The name of an operation that no kernel computes.
    let unknown: String?
    /// The name of an operation whose kernel cannot be made.
    let refused: String?

    init(
        seconds: [KernelVariant: Double] = [:], plainLoops: Set<KernelVariant> = [], unknown: String? = nil,
        refused: String? = nil
    ) {
        self.seconds = seconds
        self.plainLoops = plainLoops
        self.unknown = unknown
        self.refused = refused
    }

    func computable(_ operation: any Networks.Operation) -> (any ComputableOperation)? {
        guard operation.name != unknown else { return nil }
        let ways = operation is Convolution ? seconds.keys.sorted { $0 == .standard && $1 != .standard } : []
        return MadeUpOperation(
            operation: operation, ways: ways.isEmpty ? [.standard] : ways, plainLoops: plainLoops,
            isRefused: operation.name == refused)
    }

    func reorder(from: Layout, to: Layout) throws -> KernelChoice {
        KernelChoice(inputs: [from], outputs: [to], origin: .primitive, implementation: "made up") { _ in MadeUpKernel() }
    }

    func contest(among implementations: [any KernelImplementation], for request: KernelRequest) throws -> KernelContest {
        KernelContest(implementations.map(\.variant)) { self.seconds[$0] }
    }
}

/// An operation with as many ways to compute it as there are names.
private struct MadeUpOperation: ComputableOperation {
    let operation: any Networks.Operation
    let ways: [KernelVariant]
    let plainLoops: Set<KernelVariant>
    let isRefused: Bool

    var name: String { operation.name }
    var attributes: String { operation.attributes }

    var implementations: [any KernelImplementation] {
        ways.map {
            MadeUpImplementation(operation: operation, variant: $0, isPlainLoop: plainLoops.contains($0), isRefused: isRefused)
        }
    }

    func outputTypes(for inputs: [TensorType]) throws(NetworkError) -> [TensorType] { try operation.outputTypes(for: inputs) }

    func placementRules(inputs: [TensorType], outputs: [TensorType], parts: Int) -> [PlacementRule] {
        operation.placementRules(inputs: inputs, outputs: outputs, parts: parts)
    }
}

private struct MadeUpImplementation: KernelImplementation {
    struct Refusal: Error, CustomStringConvertible {
        var description: String { "this engine would rather not" }
    }

    let operation: any Networks.Operation
    let variant: KernelVariant
    let isPlainLoop: Bool
    let isRefused: Bool

    func isPossible(for request: KernelRequest) -> Bool { true }

    func kernel(for request: KernelRequest) throws -> KernelChoice {
        if isRefused { throw Refusal() }
        let (inputs, outputs) = (request.inputs.map(\.type), request.outputs.map(\.type))
        switch operation {
        case is Convolution:
            let weights = request.inputs[1].layout
            let ordered = weights.isAny ? blocked("ABcd16b16a", inputs[1]) : weights
            return choice([images(inputs[0]), ordered] + rows(inputs.dropFirst(2)), outputs.map(images))
        case is ConvolutionDataGradient:
            return choice([images(inputs[0]), blocked("ABcd16a16b", inputs[1])], outputs.map(images))
        case is ConvolutionWeightGradient:
            return choice(inputs.map(images), [blocked("ABcd16b16a", outputs[0])] + rows(outputs.dropFirst()))
        case is Reshape:
            var renaming = choice(rows(inputs), rows(outputs))
            renaming.isRenaming = true
            return renaming
        case is InnerProduct, is SoftmaxCrossEntropy: return choice(rows(inputs), rows(outputs))
        default:
            let offered = request.inputs[0].layout
            let isImages = offered.dims.count == 4 && !offered.innerBlocks.isEmpty
            func like(_ type: TensorType) -> Layout {
                isImages && type.shape.rank == 4 && type.element == .float32 ? images(type) : row(type)
            }
            return choice(inputs.map(like), outputs.map(like))
        }
    }

    private func choice(_ inputs: [Layout], _ outputs: [Layout]) -> KernelChoice {
        KernelChoice(
            inputs: inputs, outputs: outputs, scratchpadBytes: 1000, origin: .loop,
            implementation: "made up, \(variant.rawValue)",
            isPlainLoop: isPlainLoop
        ) { _ in MadeUpKernel() }
    }

    private func images(_ type: TensorType) -> Layout { blocked("aBcd16b", type) }

    private func blocked(_ name: String, _ type: TensorType) -> Layout {
        guard let layout = Layout.named(name, type.shape.dimensions) else {
            preconditionFailure("\(type) is not laid out as \(name)")
        }
        return layout
    }

    private func rows(_ types: some Sequence<TensorType>) -> [Layout] { types.map(row) }

    private func row(_ type: TensorType) -> Layout {
        let elements: [ElementType: ElementKind] = [.float32: .f32, .int32: .i32, .workspace: .u8]
        return .plain(type.shape.dimensions, type: elements[type.element] ?? .f32)
    }
}

private final class MadeUpKernel: Kernel {
    func run(_ step: StepArguments) throws {}
}
