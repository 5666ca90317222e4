import KernelChoices
import Layouts
import OneDNN
import Tensors

/// The gradient of a dense layer's input by the library.
struct LibraryInnerProductGradient: KernelImplementation {
    var variant: KernelVariant { .standard }

    func isPossible(for request: KernelRequest) -> Bool { true }

    /// By the weights as they are: they are the largest tensor here, and copying them costs as much as the product.
    func kernel(for request: KernelRequest) throws -> KernelChoice {
        try PrimitiveDescriptor.innerProductBackwardData(
            engine: request.libraryEngine, diffSource: .any(request.outputs[0].type.shape.dimensions),
            weights: request.weights(request.inputs[1].layout, request.inputs[1].type.shape.dimensions),
            diffDestination: request.any(request.inputs[0].type.shape.dimensions)
        ).choice(inputs: [.diffDestination, .weights], outputs: [.diffSource])
    }
}
