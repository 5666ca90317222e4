import Networks
import Tensors

extension MaxPooling: ComputableOperation {
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let descriptor = try PrimitiveDescriptor.poolingForward(
            engine: request.engine, kind: .max, source: request.inputs[0].layout,
            destination: .any(request.outputs[0].type.shape.dimensions, type: request.inputs[0].layout.type),
            geometry: PoolingGeometry(window),
            training: keepsWinners)
        return descriptor.choice(inputs: [.source], outputs: [.destination] + (keepsWinners ? [.workspace] : []))
    }
}

extension MaxPoolingGradient: ComputableOperation {
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        // The winners were written in the forward pass's layout; the gradients follow it.
        let winners = request.inputs[1].layout
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
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let descriptor = try PrimitiveDescriptor.poolingForward(
            engine: request.engine, kind: countsPadding ? .averageIncludePadding : .averageExcludePadding,
            source: request.inputs[0].layout,
            destination: .any(request.outputs[0].type.shape.dimensions, type: request.inputs[0].layout.type),
            geometry: PoolingGeometry(window), training: false)
        return descriptor.choice(inputs: [.source], outputs: [.destination])
    }
}

extension AveragePoolingGradient: ComputableOperation {
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let gradient = request.inputs[0].layout
        let descriptor = try PrimitiveDescriptor.poolingBackward(
            engine: request.engine, kind: countsPadding ? .averageIncludePadding : .averageExcludePadding,
            diffSource: gradient.format(for: request.outputs[0].type.shape.dimensions, type: gradient.type),
            diffDestination: gradient,
            geometry: PoolingGeometry(window))
        return descriptor.choice(inputs: [.diffDestination], outputs: [.diffSource])
    }
}

extension PoolingGeometry {
    init(_ window: WindowGeometry) {
        self.init(
            kernel: window.kernel, strides: window.stride, paddingBegin: window.paddingBegin, paddingEnd: window.paddingEnd)
    }
}
