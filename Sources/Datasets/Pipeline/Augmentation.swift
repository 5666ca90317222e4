/// What is done to training images so that no epoch shows the same pixels twice, each by its own switch.
///
/// Source: A. Krizhevsky, I. Sutskever, G. Hinton, "ImageNet Classification with Deep Convolutional Neural Networks", 2012,
/// section 4.1.
public struct Augmentation: Sendable, Hashable, Codable {
    /// Which images `mirror` shows mirrored.
    public enum Flip: String, Sendable, Hashable, Codable, CaseIterable {
        /// Half of them, drawn anew each epoch.
        case random
        /// In the first epoch half of them; from then on each image every other epoch, so that two epochs in a row show both of its forms.
        ///
        /// Source: K. Jordan, "94% on CIFAR-10 in 3.29 Seconds on a Single GPU", 2024, arXiv 2404.00498, section 3.6.
        case alternating
    }

    /// What stands around an image that is padded.
    public enum PadMode: String, Sendable, Hashable, Codable, CaseIterable {
        /// Black pixels, as torchvision's `RandomCrop` has them.
        case zeros
        /// The image, mirrored at its outermost rows and columns, which are not repeated.
        case reflect
    }

    /// A window of the network's size at a random place of the central square that is kept; otherwise its centre.
    public var crop: Bool
    /// Instead, a part of the whole image of any size, scaled to the network's, as torchvision's `RandomResizedCrop` draws it.
    public var randomResizedCrop: Bool
    /// Instead, a window at a random place of the image with so many rows and columns around it, on every side; 0: none.
    ///
    /// Source: K. He, X. Zhang, S. Ren, J. Sun, "Deep Residual Learning for Image Recognition", 2015, section 4.2.
    public var padCrop: Int
    public var padMode: PadMode
    /// Left and right exchanged in half of the images.
    public var mirror: Bool
    public var flip: Flip
    /// Brightness and hue shifted along the principal components of the training pixels' colours.
    public var colour: Bool
    /// Rows and columns of a square around a random pixel of the window that becomes 0, the mean; beyond the window it is cut off. 0: none.
    ///
    /// Source: T. DeVries, G. Taylor, "Improved Regularization of Convolutional Neural Networks with Cutout", 2017, section 3.2.
    public var cutout: Int
    /// Instead of a window of the stored image, one at a random place of the whole image at a random size: its shorter side has so many
    /// pixels, each number as often as any other. Nil: not.
    ///
    /// Source: K. Simonyan, A. Zisserman, "Very Deep Convolutional Networks for Large-Scale Image Recognition", ICLR 2015, section 3.1.
    public var scaleJitter: ClosedRange<Int>?

    public init(
        crop: Bool, mirror: Bool, colour: Bool, randomResizedCrop: Bool = false, padCrop: Int = 0, padMode: PadMode = .zeros,
        flip: Flip = .random, cutout: Int = 0, scaleJitter: ClosedRange<Int>? = nil
    ) {
        self.crop = crop
        self.randomResizedCrop = randomResizedCrop
        self.padCrop = padCrop
        self.padMode = padMode
        self.mirror = mirror
        self.flip = flip
        self.colour = colour
        self.cutout = cutout
        self.scaleJitter = scaleJitter
    }

    /// Whether each epoch shows another part of whole images, scaled anew.
    var isScaled: Bool { randomResizedCrop || scaleJitter != nil }

    public static let none = Augmentation(crop: false, mirror: false, colour: false)
    /// All that the paper has; they go together, as there is one crop.
    public static let all = Augmentation(crop: true, mirror: true, colour: true)
}
