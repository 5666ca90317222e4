import KernelChoices
import Layouts
import OneDNN
import Tensors

/// Pooling in the layout in which its input lies: by the library, but for images that lie innermost, for which that has nothing but its
/// plainest loops. It has nothing else for rows of pixels, either, without AVX-512: those are brought into blocks of channels. Without AVX-512
/// it also writes and reads the winners of a maximum one by one, where in-house loops take a block of channels at once.
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
        if let block = blockOfLoop(request) {
            return PoolingLoop(pooling: pooling, arrangement: .channelBlocks(block)).kernel(for: request)
        }
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
            let gradient = Self.inBlocks(request.inputs[0].layout, request)
            return try backward(Self.average(countsPadding), from: gradient, inTheOrderOf: gradient, request)
                .choice(inputs: [.diffDestination], outputs: [.diffSource])
        }
    }

    /// The channels of a block, where a maximum and its gradient are not left to the library.
    private func blockOfLoop(_ request: KernelRequest) -> Int? {
        guard request.instructions != .avx512, PoolingLoop.canKeepWinners(pooling) else { return nil }
        switch pooling.kind {
        case .maximum:
            let source = Self.inBlocks(request.inputs[0].layout, request)
            return source.type == .f32 ? source.channelsInBlock : nil
        case .maximumGradient:
            let winners = request.inputs[1].layout
            return winners.type == .u8 ? winners.channelsInBlock : nil
        case .average, .averageGradient: return nil
        }
    }

    private static func average(_ countsPadding: Bool) -> PoolingKind {
        countsPadding ? .averageIncludePadding : .averageExcludePadding
    }

    /// Channels in blocks where they lie in rows, fill a block, and the library has nothing for rows.
    private static func inBlocks(_ offered: Layout, _ request: KernelRequest) -> Layout {
        let shape = request.inputs[0].type.shape
        let block = Layout.channelBlock(for: request.instructions)
        guard request.instructions != .avx512, offered.isPlain, shape.rank == 4, shape[1] >= block else { return offered }
        return .channelBlocked(shape, type: offered.type, block: block)
    }

    private func forward(_ kind: PoolingKind, training: Bool, _ request: KernelRequest) throws -> PrimitiveDescriptor {
        let source = Self.inBlocks(request.inputs[0].layout, request)
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
