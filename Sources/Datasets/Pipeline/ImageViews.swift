import ImageFiles
import Tensors

/// Which windows of an image a network is shown, in an order.
public enum ImageViews: Sendable, Hashable {
    /// Those that do not depend on chance.
    public enum Crops: String, Sendable, Hashable, CaseIterable {
        /// The centre.
        case centre
        /// The centre, and its mirror image.
        case mirrored
        /// The four corners and the centre, as torchvision's `FiveCrop`.
        case five
        /// These and their mirror images, as torchvision's `TenCrop`.
        ///
        /// Source: A. Krizhevsky, I. Sutskever, G. Hinton, "ImageNet Classification with Deep Convolutional Neural Networks", 2012,
        /// section 4.1.
        case ten
    }

    case crops(Crops)
    /// Pairs of windows at random places: how far a network says the same of an image that is shifted.
    ///
    /// Source: R. Zhang, "Making Convolutional Networks Shift-Invariant Again", ICML 2019, section 4.1.
    case shiftedPairs(Int)

    /// How many windows of each image there are.
    public var count: Int {
        switch self {
        case .crops(.centre): 1
        case .crops(.mirrored): 2
        case .crops(.five): 5
        case .crops(.ten): 10
        case .shiftedPairs(let pairs): 2 * pairs
        }
    }

    /// Whether windows of images that have no more than their size would all be the same.
    var needsRoom: Bool {
        switch self {
        case .crops(let crops): crops == .five || crops == .ten
        case .shiftedPairs: false
        }
    }
}

/// A window of an image: its upper left corner, which may lie before the image's, and whether it is mirrored.
struct ViewPlace: Equatable {
    var top: Int
    var left: Int
    var isMirrored = false
}

/// Where the windows lie of images that have so many rows and columns more than these.
struct ViewPlaces: Sendable {
    let views: ImageViews
    let marginHeight: Int
    let marginWidth: Int
    /// Rows and columns of the window.
    let window: (height: Int, width: Int)
    private let source: RandomSource

    init(_ views: ImageViews, marginHeight: Int, marginWidth: Int, window: (height: Int, width: Int), seed: UInt64) {
        self.views = views
        self.marginHeight = marginHeight
        self.marginWidth = marginWidth
        self.window = window
        // The streams before it belong to what is done in training.
        source = RandomSource(seed: seed, purpose: .augmentation, stream: 5)
    }

    /// The most rows and the most columns by which two windows of a pair lie apart: all that an image has besides one, and where it has
    /// nothing besides, an eighth of it to either side.
    var reach: (rows: Int, columns: Int) {
        let padding = padding
        return (marginHeight + 2 * padding.rows, marginWidth + 2 * padding.columns)
    }

    private var padding: (rows: Int, columns: Int) {
        (marginHeight == 0 ? window.height / 8 : 0, marginWidth == 0 ? window.width / 8 : 0)
    }

    /// Window `view` of `example`.
    func place(_ view: Int, of example: Int) -> ViewPlace {
        switch views {
        case .crops(let crops):
            let centre = ViewPlace(
                top: CoverGeometry.centre(of: 0, in: marginHeight), left: CoverGeometry.centre(of: 0, in: marginWidth))
            let corners = [
                ViewPlace(top: 0, left: 0), ViewPlace(top: 0, left: marginWidth), ViewPlace(top: marginHeight, left: 0),
                ViewPlace(top: marginHeight, left: marginWidth),
            ]
            let plain = crops == .five || crops == .ten ? corners + [centre] : [centre]
            var place = plain[view % plain.count]
            place.isMirrored = view >= plain.count
            return place
        case .shiftedPairs:
            let (reach, padding) = (reach, padding)
            return ViewPlace(
                top: source.integer(step: view, index: 4 * example, below: reach.rows + 1) - padding.rows,
                left: source.integer(step: view, index: 4 * example + 1, below: reach.columns + 1) - padding.columns)
        }
    }
}
