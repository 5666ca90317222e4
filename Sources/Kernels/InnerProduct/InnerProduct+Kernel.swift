package import KernelChoices
import Layouts
import Networks
import OneDNN
import Tensors

extension InnerProduct: ComputableOperation, KernelImplementation {
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let hasBias = request.inputs.count == 3
        let weight = request.inputs[1]
        let descriptor = try PrimitiveDescriptor.innerProductForward(
            engine: request.libraryEngine, source: request.any(request.inputs[0].type.shape.dimensions),
            weights: request.weights(weight.layout, weight.type.shape.dimensions),
            bias: hasBias ? .plain(request.inputs[2].type.shape.dimensions) : nil,
            destination: .any(request.outputs[0].type.shape.dimensions), activation: request.activation?.eltwise, training: true)
        return descriptor.choice(inputs: [.source, .weights] + (hasBias ? [.bias] : []), outputs: [.destination])
    }
}

extension InnerProductDataGradient: ComputableOperation {
    package var implementations: [any KernelImplementation] {
        [LibraryInnerProductGradient(), BatchInnermostInnerProductGradient()]
    }
}

extension InnerProductWeightGradient: ComputableOperation, KernelImplementation {
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let weight = request.outputs[0]
        let descriptor = try PrimitiveDescriptor.innerProductBackwardWeights(
            engine: request.libraryEngine, source: request.any(request.inputs[0].type.shape.dimensions),
            diffWeights: request.precision == .f32
                ? weight.wanted ?? .any(weight.type.shape.dimensions) : .any(weight.type.shape.dimensions),
            diffBias: hasBias ? .plain(request.outputs[1].type.shape.dimensions) : nil,
            diffDestination: request.any(request.inputs[1].type.shape.dimensions))
        return descriptor.choice(
            inputs: [.source, .diffDestination], outputs: [.diffWeights] + (hasBias ? [.diffBias] : []))
    }
}
