package import KernelChoices
import OneDNN
import Tensors

/// A convolution of large stride as one of stride 1 over the phases of its images, a few images at a time.
///
/// Made for first layers: with few input channels the library's kernels are far from the machine's limit, and sixteen phases of
/// three channels are 48. Costs a copy of the images and as many multiplications as a kernel of 3s × 3s would. In single
/// precision Winograd's minimal filtering saves more than that (rounding: as in `WinogradConvolution`); in bfloat16 the products
/// are taken directly, and the copy rounds the images.
package struct SpaceToDepthConvolution: KernelImplementation {
    private let convolution: ConvolutionPass

    init(_ convolution: ConvolutionPass) {
        self.convolution = convolution
    }

    /// Images of a piece: fewer than of smaller images, since their tiles are many. The weights' gradient is summed piece by
    /// piece, so that it belongs to what the kernel computes, whatever caches there are.
    package static let imagesOfAPiece = 8

    package var variant: KernelVariant { .spaceToDepth }

    /// Whether a convolution meets every phase with 3×3 elements and there is something to gain: a stride above 1.
    package func isPossible(for request: KernelRequest) -> Bool {
        let problem = convolution.problem(request)
        let (geometry, weight) = (problem.geometry, problem.weight)
        return weight.rank == 4 && problem.groups == 1 && weight[0] % SpaceToDepth.block == 0
            && geometry.dilations.allSatisfy { $0 == 1 }
            && zip(geometry.strides, weight.dimensions[2...]).allSatisfy { $0 > 1 && $1 > 2 * $0 && $1 <= 3 * $0 }
    }

    /// Throws ``OneDNNError`` where the processor lacks the kernels.
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        try SpaceToDepthPieces(convolution.problem(request)).choice
    }
}
