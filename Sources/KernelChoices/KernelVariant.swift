/// The names of the ways to compute operations: in tables of kernels, in checkpoints, and in messages.
package enum KernelVariant: String, Sendable, Hashable, CaseIterable {
    /// What is taken when nothing is asked for: the first of an operation's ways, and possible for all shapes.
    case standard
    /// Winograd's minimal filtering: fewer multiplications, more rounding.
    case winograd
    /// The same by in-house loops, on every processor and for kernels of 5×5, too.
    case winogradLoop = "winograd-loop"
    /// A convolution of large stride as one of stride 1 over the phases of its images.
    case spaceToDepth = "space-to-depth"
    /// Loops whose vectors hold several images: over tensors [C, H, W, N], for few channels and many images, and for the
    /// gradient of a dense layer's input.
    case batchInnermost = "batch-innermost"
    /// The gradient of a convolution's input as a convolution by flipped weights.
    case flipped
    /// The same by a kernel that wants channels innermost, between two copies.
    case flippedChannelsLast = "flipped-channels-last"
    /// The gradient of a convolution's weights in bfloat16 by a loop over pairs of images.
    case imagePairs = "image-pairs"

    /// What variants were called in earlier releases, whose checkpoints still hold.
    package static let earlierNames: [String: KernelVariant] = ["polyphase": .spaceToDepth, "picture-pairs": .imagePairs]
}
