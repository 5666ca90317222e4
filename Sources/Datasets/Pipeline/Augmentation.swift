import ImageFiles
import Tensors

/// What is done to training images so that no epoch shows the same pixels twice, each by its own switch.
///
/// Source: A. Krizhevsky, I. Sutskever, G. Hinton, "ImageNet Classification with Deep Convolutional Neural Networks", 2012,
/// section 4.1.
public struct Augmentation: Sendable, Hashable, Codable {
    /// A window of the network's size at a random place of the central square that is kept; otherwise its centre.
    public var crop: Bool
    /// Instead, a part of the whole image of any size, scaled to the network's, as torchvision's `RandomResizedCrop` draws it.
    public var randomResizedCrop: Bool
    /// Left and right exchanged in half of the images.
    public var mirror: Bool
    /// Brightness and hue shifted along the principal components of the training pixels' colours.
    public var colour: Bool

    public init(crop: Bool, mirror: Bool, colour: Bool, randomResizedCrop: Bool = false) {
        self.crop = crop
        self.randomResizedCrop = randomResizedCrop
        self.mirror = mirror
        self.colour = colour
    }

    public static let none = Augmentation(crop: false, mirror: false, colour: false)
    /// All that go together: there is one crop.
    public static let all = Augmentation(crop: true, mirror: true, colour: true)
}

/// What augmentation does to one image in one epoch.
struct AugmentationDraw: Equatable {
    /// Where the window's upper left corner lies in the stored image.
    var top: Int
    var left: Int
    var mirrored: Bool
    /// One standard normal number per principal component; all zero without colour.
    var colour: SIMD3<Float>
}

/// Draws augmentations by (seed, epoch, example): no order of drawing, no state.
struct AugmentationSource: Sendable {
    let augmentation: Augmentation
    /// Streams of the augmentation purpose: places and mirrors, colours.
    private let geometry: RandomSource
    private let colour: RandomSource

    init(_ augmentation: Augmentation, seed: UInt64) {
        self.augmentation = augmentation
        geometry = RandomSource(seed: seed, purpose: .augmentation, stream: 0)
        colour = RandomSource(seed: seed, purpose: .augmentation, stream: 1)
    }

    /// The draw for `example` in `epoch`, of windows that may lie up to `marginHeight` × `marginWidth` from the corner. Without a crop they
    /// lie where `CoverGeometry` counts on the centre to be.
    func draw(epoch: Int, example: Int, marginHeight: Int, marginWidth: Int) -> AugmentationDraw {
        var draw = AugmentationDraw(
            top: CoverGeometry.centre(of: 0, in: marginHeight), left: CoverGeometry.centre(of: 0, in: marginWidth),
            mirrored: false, colour: .zero)
        if augmentation.crop && !augmentation.randomResizedCrop {
            draw.top = geometry.integer(step: epoch, index: 4 * example, below: marginHeight + 1)
            draw.left = geometry.integer(step: epoch, index: 4 * example + 1, below: marginWidth + 1)
        }
        if augmentation.mirror {
            draw.mirrored = geometry.word(step: epoch, index: 4 * example + 2) >> 31 == 1
        }
        if augmentation.colour {
            for component in 0..<3 {
                draw.colour[component] = colour.normal(step: epoch, index: 4 * example + component)
            }
        }
        return draw
    }
}
