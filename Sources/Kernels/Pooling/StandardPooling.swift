import KernelChoices
import Layouts
import OneDNN
import Tensors

/// Pooling in the layout in which its input lies: by the library, but for images that lie innermost, for which that has nothing but its
/// plainest loops.
struct StandardPooling: KernelImplementation {
    private let pooling: PoolingPass

    init(_ pooling: PoolingPass) {
        self.pooling = pooling
    }

    var variant: KernelVariant { .standard }

    func isPossible(for request: KernelRequest) -> Bool { true }

    func kernel(for request: KernelRequest) throws -> KernelChoice {
        let batchInnermost = BatchInnermostPooling(pooling)
        if batchInnermost.takesAsItLies(request) { return try batchInnermost.kernel(for: request) }
        switch pooling.kind {
        case .maximum(let keepsWinners):
            return try forward(.max, training: keepsWinners, request)
                .choice(inputs: [.source], outputs: [.destination] + (keepsWinners ? [.workspace] : []))
        case .maximumGradient:
            let winners = request.inputs[1].layout
            let gradient = winners.format(for: request.inputs[0].type.shape.dimensions, type: request.inputs[0].layout.type)
            return try backward(.max, from: gradient, inTheOrderOf: winners, request)
                .choice(inputs: [.diffDestination, .workspace], outputs: [.diffSource])
        case .average(let countsPadding):
            return try forward(Self.average(countsPadding), training: false, request)
                .choice(inputs: [.source], outputs: [.destination])
        case .averageGradient(let countsPadding):
            let gradient = request.inputs[0].layout
            return try backward(Self.average(countsPadding), from: gradient, inTheOrderOf: gradient, request)
                .choice(inputs: [.diffDestination], outputs: [.diffSource])
        }
    }

    private static func average(_ countsPadding: Bool) -> PoolingKind {
        countsPadding ? .averageIncludePadding : .averageExcludePadding
    }

    private func forward(_ kind: PoolingKind, training: Bool, _ request: KernelRequest) throws -> PrimitiveDescriptor {
        let source = request.inputs[0].layout
        return try .poolingForward(
            engine: request.libraryEngine, kind: kind, source: source,
            destination: .any(request.outputs[0].type.shape.dimensions, type: source.type),
            geometry: PoolingGeometry(pooling.window), training: training)
    }

    /// - Parameters:
    ///   - gradient: the layout of the output's gradient.
    ///   - other: where the input's gradient takes its order from.
    private func backward(
        _ kind: PoolingKind, from gradient: Layout, inTheOrderOf other: Layout, _ request: KernelRequest
    ) throws -> PrimitiveDescriptor {
        try .poolingBackward(
            engine: request.libraryEngine, kind: kind,
            diffSource: other.format(for: request.outputs[0].type.shape.dimensions, type: gradient.type),
            diffDestination: gradient, geometry: PoolingGeometry(pooling.window))
    }
}
