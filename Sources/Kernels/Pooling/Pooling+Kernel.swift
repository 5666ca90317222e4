import Networks
import OneDNN
import Tensors

extension MaxPooling: ComputableOperation {
    package func variants(for request: KernelRequest) -> [KernelVariant] {
        BatchInnermostPooling.canKeepWinners(window) ? poolingVariants(request) : [.standard]
    }

    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let source = request.inputs[0]
        if BatchInnermostPooling.canKeepWinners(window), isBatchInnermost(request) {
            return BatchInnermostPooling(
                window, source: source.type.shape, destination: request.outputs[0].type.shape,
                instructions: request.instructions
            ).maximum(keepsWinners: keepsWinners)
        }
        let descriptor = try PrimitiveDescriptor.poolingForward(
            engine: request.engine, kind: .max, source: source.layout,
            destination: .any(request.outputs[0].type.shape.dimensions, type: source.layout.type),
            geometry: PoolingGeometry(window),
            training: keepsWinners)
        return descriptor.choice(inputs: [.source], outputs: [.destination] + (keepsWinners ? [.workspace] : []))
    }
}

extension MaxPoolingGradient: ComputableOperation {
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        // The winners were written in the forward pass's layout; the gradients follow it.
        let winners = request.inputs[1].layout
        if winners.type == .u8, winners.isBatchInnermost,
            BatchInnermost.isPossible(for: request, channels: request.inputs[0].type.shape[1])
        {
            return BatchInnermostPooling(
                window, source: request.outputs[0].type.shape, destination: request.inputs[0].type.shape,
                instructions: request.instructions
            ).maximumGradient()
        }
        let type = request.inputs[0].layout.type
        let descriptor = try PrimitiveDescriptor.poolingBackward(
            engine: request.engine, kind: .max,
            diffSource: winners.format(for: request.outputs[0].type.shape.dimensions, type: type),
            diffDestination: winners.format(for: request.inputs[0].type.shape.dimensions, type: type),
            geometry: PoolingGeometry(window))
        return descriptor.choice(inputs: [.diffDestination, .workspace], outputs: [.diffSource])
    }
}

extension AveragePooling: ComputableOperation {
    package func variants(for request: KernelRequest) -> [KernelVariant] { poolingVariants(request) }

    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let source = request.inputs[0]
        if isBatchInnermost(request) {
            return BatchInnermostPooling(
                window, countsPadding: countsPadding, source: source.type.shape, destination: request.outputs[0].type.shape,
                instructions: request.instructions
            ).average()
        }
        let descriptor = try PrimitiveDescriptor.poolingForward(
            engine: request.engine, kind: countsPadding ? .averageIncludePadding : .averageExcludePadding,
            source: source.layout,
            destination: .any(request.outputs[0].type.shape.dimensions, type: source.layout.type),
            geometry: PoolingGeometry(window), training: false)
        return descriptor.choice(inputs: [.source], outputs: [.destination])
    }
}

extension AveragePoolingGradient: ComputableOperation {
    package func variants(for request: KernelRequest) -> [KernelVariant] { poolingVariants(request) }

    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let gradient = request.inputs[0]
        if isBatchInnermost(request) {
            return BatchInnermostPooling(
                window, countsPadding: countsPadding, source: request.outputs[0].type.shape, destination: gradient.type.shape,
                instructions: request.instructions
            ).averageGradient()
        }
        let descriptor = try PrimitiveDescriptor.poolingBackward(
            engine: request.engine, kind: countsPadding ? .averageIncludePadding : .averageExcludePadding,
            diffSource: gradient.layout.format(for: request.outputs[0].type.shape.dimensions, type: gradient.layout.type),
            diffDestination: gradient.layout,
            geometry: PoolingGeometry(window))
        return descriptor.choice(inputs: [.diffDestination], outputs: [.diffSource])
    }
}

/// Where the images lie innermost there is nothing to choose.
private func poolingVariants(_ request: KernelRequest) -> [KernelVariant] {
    BatchInnermost.isPossible(for: request, channels: request.inputs[0].type.shape[1])
        && !BatchInnermost.isOffered(request.inputs[0]) ? [.standard, .batchInnermost] : [.standard]
}

/// Whether the images are innermost because it is asked for, or because they lie so: the library has nothing but its plainest
/// loops for that.
private func isBatchInnermost(_ request: KernelRequest) -> Bool {
    request.variant == .batchInnermost
        || BatchInnermost.isOffered(request.inputs[0])
            && BatchInnermost.isPossible(for: request, channels: request.inputs[0].type.shape[1])
}

extension PoolingGeometry {
    init(_ window: WindowGeometry) {
        self.init(
            kernel: window.kernel, strides: window.stride, paddingBegin: window.paddingBegin, paddingEnd: window.paddingEnd)
    }
}
