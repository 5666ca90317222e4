import Networks
import OneDNN
import Tensors

extension InnerProduct: ComputableOperation {
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let hasBias = request.inputs.count == 3
        let weight = request.inputs[1]
        let descriptor = try PrimitiveDescriptor.innerProductForward(
            engine: request.engine, source: request.any(request.inputs[0].type.shape.dimensions),
            weights: request.weights(weight.layout, weight.type.shape.dimensions),
            bias: hasBias ? .plain(request.inputs[2].type.shape.dimensions) : nil,
            destination: .any(request.outputs[0].type.shape.dimensions), activation: request.activation, training: true)
        return descriptor.choice(inputs: [.source, .weights] + (hasBias ? [.bias] : []), outputs: [.destination])
    }
}

extension InnerProductDataGradient: ComputableOperation {
    package func variants(for request: KernelRequest) -> [KernelVariant] {
        batchInnermost(request) == nil ? [.standard] : [.standard, .batchInnermost]
    }

    private func batchInnermost(_ request: KernelRequest) -> BatchInnermostInnerProductGradient? {
        guard request.precision == .f32 else { return nil }
        return BatchInnermostInnerProductGradient(
            images: request.inputs[0].type.shape[0], weights: request.inputs[1].layout, request.instructions,
            request.engine.caches)
    }

    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        if request.variant == .batchInnermost, let gradient = batchInnermost(request) { return gradient.choice }
        // The weights as they are: they are the largest tensor here, and copying them costs as much as the product.
        let weights = request.weights(request.inputs[1].layout, request.inputs[1].type.shape.dimensions)
        let descriptor = try PrimitiveDescriptor.innerProductBackwardData(
            engine: request.engine, diffSource: .any(request.outputs[0].type.shape.dimensions),
            weights: weights, diffDestination: request.any(request.inputs[0].type.shape.dimensions))
        return descriptor.choice(inputs: [.diffDestination, .weights], outputs: [.diffSource])
    }
}

extension InnerProductWeightGradient: ComputableOperation {
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let weight = request.outputs[0]
        let descriptor = try PrimitiveDescriptor.innerProductBackwardWeights(
            engine: request.engine, source: request.any(request.inputs[0].type.shape.dimensions),
            diffWeights: request.precision == .f32
                ? weight.wanted ?? .any(weight.type.shape.dimensions) : .any(weight.type.shape.dimensions),
            diffBias: hasBias ? .plain(request.outputs[1].type.shape.dimensions) : nil,
            diffDestination: request.any(request.inputs[1].type.shape.dimensions))
        return descriptor.choice(
            inputs: [.source, .diffDestination], outputs: [.diffWeights] + (hasBias ? [.diffBias] : []))
    }
}
