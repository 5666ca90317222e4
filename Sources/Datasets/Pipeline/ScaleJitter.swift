package import ImageFiles
import Tensors

/// Draws the size that a whole image is scaled to in an epoch, and the window of it that is shown.
///
/// The shorter side has one of the sizes, the longer one what keeps the ratio, rounded down as torchvision's `Resize` does; the window
/// lies anywhere in it. All follow from (seed, epoch, example, the image's own size).
///
/// Source: K. Simonyan, A. Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", ICLR 2015, section 3.1:
/// multi-scale training with S from 256 to 512.
package struct ScaleJitter: Sendable {
    private let sizes: ClosedRange<Int>
    private let source: RandomSource

    /// - Parameter sizes: pixels of the shorter side.
    package init(_ sizes: ClosedRange<Int>, seed: UInt64) {
        self.sizes = sizes
        // The streams before it are the other augmentations'.
        source = RandomSource(seed: seed, purpose: .augmentation, stream: 4)
    }

    /// What of `example`, an image of `height` × `width`, `epoch` shows.
    /// - Precondition: no size is less than the window's.
    package func part(epoch: Int, example: Int, height: Int, width: Int, window: (height: Int, width: Int)) -> ScaledPart {
        precondition(sizes.lowerBound >= max(window.height, window.width), "a window of \(window) does not fit \(sizes)")
        let words = source.words(step: epoch, block: example)
        let size = sizes.lowerBound + Self.below(sizes.count, words.x)
        let (shorter, longer) = (min(height, width), max(height, width))
        let long = size * longer / shorter
        let scaled = height <= width ? (height: size, width: long) : (height: long, width: size)
        return ScaledPart(
            height: height, width: width, scaledTo: scaled, top: Self.below(scaled.height - window.height + 1, words.y),
            left: Self.below(scaled.width - window.width + 1, words.z), window: window)
    }

    private static func below(_ bound: Int, _ word: UInt32) -> Int { Int((UInt64(word) &* UInt64(bound)) >> 32) }
}

/// Where the parts of whole images come from that an epoch shows.
enum PartSource: Sendable {
    case areas(RandomResizedCrop)
    case scales(ScaleJitter)

    init(_ augmentation: Augmentation, seed: UInt64) {
        if let sizes = augmentation.scaleJitter {
            self = .scales(ScaleJitter(sizes, seed: seed))
        } else {
            self = .areas(RandomResizedCrop(seed: seed))
        }
    }

    /// The part of `example`, an image of `height` × `width`, that `epoch` shows a network that takes `window`.
    func part(epoch: Int, example: Int, height: Int, width: Int, window: (height: Int, width: Int)) -> ScaledPart {
        switch self {
        case .areas(let crop):
            ScaledPart(
                crop.box(epoch: epoch, example: example, height: height, width: width), ofWidth: width, scaledTo: window)
        case .scales(let jitter):
            jitter.part(epoch: epoch, example: example, height: height, width: width, window: window)
        }
    }
}
