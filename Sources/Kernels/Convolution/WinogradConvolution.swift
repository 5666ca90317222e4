import KernelChoices
import Layouts
import OneDNN
import Tensors

/// A 3×3 convolution of stride 1 by Winograd's minimal filtering, in pieces: a few images of one group of channels at a time.
///
/// The library's Winograd kernels know no groups, and their scratch memory grows with the batch; a piece of a few images needs a
/// small one and is as fast. A group's channels are a run of memory within an image in channel-blocked layouts, and the images'
/// runs are copied together before the kernel and apart after it; without groups nothing is copied. The weights' gradient is
/// summed over the pieces in their order.
///
/// Rounding: F(4×4, 3×3) multiplies by powers of two up to 8 and their sums, so that an element's error may be some ten times that
/// of the direct sum. Source: A. Lavin, S. Gray, "Fast Algorithms for Convolutional Neural Networks", 2016.
struct WinogradConvolution: KernelImplementation {
    private let convolution: ConvolutionPass

    init(_ convolution: ConvolutionPass) {
        self.convolution = convolution
    }

    /// Images of a piece: as many as keep the transformed tiles of AlexNet's layers near the second-level cache. The weights'
    /// gradient is summed piece by piece, so that it belongs to what the kernel computes, whatever caches there are.
    static let imagesOfAPiece = 16

    var variant: KernelVariant { .winograd }

    /// Whether the library's kernels do such a convolution at all; creating one may still fail on a processor that lacks them.
    func isPossible(for request: KernelRequest) -> Bool {
        let problem = convolution.problem(request)
        let (geometry, weight) = (problem.geometry, problem.weight)
        return problem.precision == .f32 && Layout.fillsChannelBlocks(weight, groups: problem.groups)
            && Array(weight.dimensions[2...]) == [3, 3]
            && geometry.strides == [1, 1] && geometry.dilations.allSatisfy { $0 == 1 }
            && (geometry.paddingBegin + geometry.paddingEnd).allSatisfy { $0 <= 1 }
    }

    /// Throws ``OneDNNError`` where the processor lacks the kernels.
    func kernel(for request: KernelRequest) throws -> KernelChoice { try WinogradPieces(convolution.problem(request)).choice }
}
