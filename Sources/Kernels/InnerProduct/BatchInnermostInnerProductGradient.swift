import CKernels
import KernelChoices
import Layouts
import OneDNN
import Tensors
import Topology

/// The gradient of a dense layer's input with the images in vectors, by weights as the library's forward kernel has them.
///
/// Where the library transposes each block of weights before it multiplies, which costs the same whatever the batch, a weight is one
/// number for all images here. Sums are taken in the order of the outputs, whatever the number of images.
struct BatchInnermostInnerProductGradient: KernelImplementation {
    var variant: KernelVariant { .batchInnermost }

    /// Not where the weights lie otherwise.
    func isPossible(for request: KernelRequest) -> Bool {
        request.precision == .f32 && Self.outputBlock(of: request.inputs[1].layout) != nil
    }

    func kernel(for request: KernelRequest) throws -> KernelChoice {
        let weights = request.inputs[1].layout
        guard let block = Self.outputBlock(of: weights) else {
            preconditionFailure("weights of \(weights) are not in blocks of outputs")
        }
        let (images, outputs, inputs) = (request.inputs[0].type.shape[0], weights.dims[0], weights.dims[1])
        let number = request.instructions.number
        var shape = ckernels_inner_product(
            images: Int64(images), inputs: Int64(inputs), outputs: Int64(outputs), output_block: Int64(block),
            tile_bytes: Int64(request.libraryEngine.caches.gradientTileBytes))
        return KernelChoice(
            inputs: [.plain([images, outputs]), weights], outputs: [.plain([images, inputs])],
            scratchpadBytes: Int(ckernels_inner_product_gradient_scratch(number, &shape)) * MemoryLayout<Float>.stride,
            origin: .loop, implementation: BatchInnermost.implementation(request.instructions)
        ) { [shape] memory in
            let (gradient, weights, result) = (memory.input(0), memory.input(1), memory.output(0))
            let scratch = memory.scratchpad.assumingMemoryBound(to: Float.self)
            return LoopKernel { _ in
                withUnsafePointer(to: shape) {
                    ckernels_inner_product_gradient(number, $0, gradient, weights, result, scratch)
                }
            }
        }
    }

    /// Of weights in blocks of 16 inputs and some outputs, outputs innermost.
    private static func outputBlock(of weights: Layout) -> Int? {
        guard weights.type == .f32, weights.dims.count == 2 else { return nil }
        return [64, 32, 16].first { block in
            Layout.named("AB16b\(block)a", weights.dims).map { weights.isInterchangeable(with: $0) } ?? false
        }
    }
}
