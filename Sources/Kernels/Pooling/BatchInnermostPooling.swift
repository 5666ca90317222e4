import KernelChoices
import Layouts
import Networks
import OneDNN
import Tensors

/// Pooling and its gradients over batch-innermost tensors.
struct BatchInnermostPooling: KernelImplementation {
    private let pooling: PoolingPass

    init(_ pooling: PoolingPass) {
        self.pooling = pooling
    }

    var variant: KernelVariant { .batchInnermost }

    /// Where the images lie so already there is nothing to choose: the standard way is this one.
    func isPossible(for request: KernelRequest) -> Bool { takes(request) && !isOffered(in: request) }

    func costFactor(for request: KernelRequest) -> Double { BatchInnermost.costFactor(for: request) }

    /// Whether the images lie so already, and may be computed on as they do.
    func takesAsItLies(_ request: KernelRequest) -> Bool { takes(request) && isOffered(in: request) }

    private func takes(_ request: KernelRequest) -> Bool {
        if case .maximum = pooling.kind, !PoolingLoop.canKeepWinners(pooling) { return false }
        return BatchInnermost.isPossible(for: request, channels: request.inputs[0].type.shape[1])
    }

    private func isOffered(in request: KernelRequest) -> Bool {
        guard case .maximumGradient = pooling.kind else { return BatchInnermost.isOffered(request.inputs[0]) }
        let winners = request.inputs[1].layout
        return winners.type == .u8 && winners.isBatchInnermost
    }

    func kernel(for request: KernelRequest) throws -> KernelChoice {
        PoolingLoop(pooling: pooling, arrangement: .batchInnermost).kernel(for: request)
    }
}
