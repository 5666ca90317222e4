import Networks
import OneDNN
import Tensors

extension Convolution: ComputableOperation {
    package func variants(for request: KernelRequest) -> [KernelVariant] {
        convolutionVariants(window, weight: request.inputs[1].type.shape, groups: groups, request, spaceToDepth: true)
    }

    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let hasBias = request.inputs.count == 3
        let weight = request.inputs[1]
        if request.variant == .spaceToDepth {
            return try SpaceToDepthConvolution(
                pass: .training, engine: request.engine, precision: request.precision, geometry: ConvolutionGeometry(window),
                source: request.inputs[0].type.shape, weight: weight.type.shape, destination: request.outputs[0].type.shape,
                hasBias: hasBias, activation: request.activation, instructions: request.instructions
            ).choice()
        }
        if request.variant == .winograd {
            return try WinogradConvolution(
                pass: .training, engine: request.engine, geometry: ConvolutionGeometry(window), groups: groups,
                source: request.inputs[0].type.shape, destination: request.outputs[0].type.shape, hasBias: hasBias,
                activation: request.activation
            ).choice()
        }
        if request.variant == .batchInnermost {
            return try BatchInnermostConvolution(
                window: window, groups: groups, source: request.inputs[0].type.shape,
                destination: request.outputs[0].type.shape, instructions: request.instructions
            ).forward(hasBias: hasBias, activation: request.activation, engine: request.engine)
        }
        let descriptor = try PrimitiveDescriptor.convolutionForward(
            engine: request.engine, source: request.any(request.inputs[0].type.shape.dimensions),
            weights: request.weights(weight.layout, libraryWeight(weight.type.shape, groups: groups)),
            bias: hasBias ? .plain(request.inputs[2].type.shape.dimensions) : nil,
            destination: request.any(request.outputs[0].type.shape.dimensions), geometry: ConvolutionGeometry(window),
            activation: request.activation, training: true)
        return descriptor.choice(inputs: [.source, .weights] + (hasBias ? [.bias] : []), outputs: [.destination])
    }
}

extension ConvolutionDataGradient: ComputableOperation {
    package func variants(for request: KernelRequest) -> [KernelVariant] {
        let weight = request.inputs[1].type.shape
        return convolutionVariants(window, weight: weight, groups: groups, request, spaceToDepth: false)
            + (FlippedConvolution.isPossible(window, weight: weight, groups: groups) ? [.flipped, .flippedChannelsLast] : [])
    }

    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let weight = request.inputs[1].type.shape
        if request.variant == .winograd {
            return try WinogradConvolution(
                pass: .backwardData, engine: request.engine, geometry: ConvolutionGeometry(window), groups: groups,
                source: request.outputs[0].type.shape, destination: request.inputs[0].type.shape, hasBias: false,
                activation: nil
            ).choice()
        }
        if request.variant == .batchInnermost {
            return BatchInnermostConvolution(
                window: window, groups: groups, source: request.outputs[0].type.shape,
                destination: request.inputs[0].type.shape, instructions: request.instructions
            ).dataGradient()
        }
        if request.variant == .flipped || request.variant == .flippedChannelsLast {
            return try FlippedConvolution(
                engine: request.engine, precision: request.precision, window: window, groups: groups,
                source: request.outputs[0].type.shape, destination: request.inputs[0].type.shape,
                isChannelsLast: request.variant == .flippedChannelsLast
            ).choice()
        }
        // The library's own choice of layout for the weights: a copy of a kernel costs less than a slower pass over the images.
        let descriptor = try PrimitiveDescriptor.convolutionBackwardData(
            engine: request.engine, diffSource: request.any(request.outputs[0].type.shape.dimensions),
            weights: request.any(libraryWeight(weight, groups: groups)),
            diffDestination: request.any(request.inputs[0].type.shape.dimensions), geometry: ConvolutionGeometry(window))
        return descriptor.choice(inputs: [.diffDestination, .weights], outputs: [.diffSource])
    }
}

extension ConvolutionWeightGradient: ComputableOperation {
    package func variants(for request: KernelRequest) -> [KernelVariant] {
        let weight = request.outputs[0].type.shape
        let hasPairs = request.precision == .bf16 && ImagePairs.isPossible(window, weight: weight, groups: groups)
        return convolutionVariants(window, weight: weight, groups: groups, request, spaceToDepth: true)
            + (hasPairs ? [.imagePairs] : [])
    }

    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let weight = request.outputs[0].type.shape
        if request.variant == .spaceToDepth {
            return try SpaceToDepthConvolution(
                pass: .backwardWeights, engine: request.engine, precision: request.precision,
                geometry: ConvolutionGeometry(window),
                source: request.inputs[0].type.shape, weight: weight, destination: request.inputs[1].type.shape,
                hasBias: hasBias, activation: nil, instructions: request.instructions
            ).choice()
        }
        if request.variant == .winograd {
            return try WinogradConvolution(
                pass: .backwardWeights, engine: request.engine, geometry: ConvolutionGeometry(window), groups: groups,
                source: request.inputs[0].type.shape, destination: request.inputs[1].type.shape, hasBias: hasBias,
                activation: nil
            ).choice()
        }
        if request.variant == .batchInnermost {
            return BatchInnermostConvolution(
                window: window, groups: groups, source: request.inputs[0].type.shape,
                destination: request.inputs[1].type.shape, instructions: request.instructions
            ).weightGradient(hasBias: hasBias)
        }
        if request.variant == .imagePairs {
            return ImagePairs(
                window: window, groups: groups, source: request.inputs[0].type.shape, destination: request.inputs[1].type.shape,
                hasBias: hasBias
            ).choice
        }
        let descriptor = try PrimitiveDescriptor.convolutionBackwardWeights(
            engine: request.engine, source: request.any(request.inputs[0].type.shape.dimensions),
            diffWeights: .any(libraryWeight(weight, groups: groups)),
            diffBias: hasBias ? .plain(request.outputs[1].type.shape.dimensions) : nil,
            diffDestination: request.any(request.inputs[1].type.shape.dimensions), geometry: ConvolutionGeometry(window))
        return descriptor.choice(
            inputs: [.source, .diffDestination], outputs: [.diffWeights] + (hasBias ? [.diffBias] : []))
    }
}

private func convolutionVariants(
    _ window: WindowGeometry, weight: Shape, groups: Int, _ request: KernelRequest, spaceToDepth: Bool
) -> [KernelVariant] {
    let geometry = ConvolutionGeometry(window)
    var variants: [KernelVariant] = [.standard]
    if spaceToDepth, SpaceToDepth.isPossible(geometry, weight: weight, groups: groups) {
        variants.append(.spaceToDepth)
    } else if request.precision == .f32, WinogradConvolution.isPossible(geometry, weight: weight, groups: groups) {
        variants.append(.winograd)
    }
    if BatchInnermost.isPossible(for: request, channels: max(weight[0], weight[1] * groups)) { variants.append(.batchInnermost) }
    return variants
}

extension ConvolutionGeometry {
    init(_ window: WindowGeometry) {
        self.init(
            strides: window.stride, dilations: window.dilation, paddingBegin: window.paddingBegin, paddingEnd: window.paddingEnd)
    }
}

/// The library gives groups an axis of their own: [K, C/G, R, S] is its [G, K/G, C/G, R, S], the same elements in the same order.
func libraryWeight(_ shape: Shape, groups: Int) -> [Int] {
    groups == 1 ? shape.dimensions : [groups, shape[0] / groups] + shape.dimensions.dropFirst()
}
