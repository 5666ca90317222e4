import CKernels
import OneDNN
import Tensors
import Topology

/// The gradient of a dense layer's input with the images in vectors, by weights as the library's forward kernel has them.
///
/// Where the library transposes each block of weights before it multiplies, which costs the same whatever the batch, a weight is one
/// number for all images here. Sums are taken in the order of the outputs, whatever the number of images.
struct BatchInnermostInnerProductGradient {
    private let shape: ckernels_inner_product
    /// [N, K], [K, C], [N, C]
    private let layouts: (gradient: Layout, weights: Layout, result: Layout)
    private let instructions: InstructionSet

    /// Nil where the weights lie otherwise.
    init?(images: Int, weights: Layout, _ instructions: InstructionSet, _ caches: CacheSizes) {
        let dims = weights.dims
        guard dims.count == 2, let block = Self.outputBlock(of: weights) else { return nil }
        shape = ckernels_inner_product(
            images: Int64(images), inputs: Int64(dims[1]), outputs: Int64(dims[0]), output_block: Int64(block),
            tile_bytes: Int64(caches.gradientTileBytes))
        self.instructions = instructions
        layouts = (.plain([images, dims[0]]), weights, .plain([images, dims[1]]))
    }

    var choice: KernelChoice {
        var shape = shape
        let number = instructions.number
        return KernelChoice(
            inputs: [layouts.gradient, layouts.weights], outputs: [layouts.result],
            scratchpadBytes: Int(ckernels_inner_product_gradient_scratch(number, &shape)) * MemoryLayout<Float>.stride,
            origin: .loop, implementation: BatchInnermost.implementation(instructions)
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
        guard weights.type == .f32 else { return nil }
        return [64, 32, 16].first { block in
            Layout.named("AB16b\(block)a", weights.dims).map { weights.isInterchangeable(with: $0) } ?? false
        }
    }
}
