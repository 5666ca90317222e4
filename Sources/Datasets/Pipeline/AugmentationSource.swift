import ImageFiles
import Tensors

/// What augmentation does to one image in one epoch.
struct AugmentationDraw: Equatable {
    /// Where the window's upper left corner lies in the stored image; before it, where that is padded.
    var top: Int
    var left: Int
    var mirrored: Bool
    /// One standard normal number per principal component; all zero without colour.
    var colour: SIMD3<Float>
    /// Of the window, what is cut out; empty without cutout.
    var cutoutRows = 0..<0
    var cutoutColumns = 0..<0
}

/// Draws augmentations by (seed, epoch, example): no order of drawing, no state.
struct AugmentationSource: Sendable {
    let augmentation: Augmentation
    /// Streams of the augmentation purpose: places and mirrors, colours, what is cut out. Stream 2 is `RandomResizedCrop`'s, 4
    /// `ScaleJitter`'s.
    private let geometry: RandomSource
    private let colour: RandomSource
    private let cutout: RandomSource

    init(_ augmentation: Augmentation, seed: UInt64) {
        self.augmentation = augmentation
        geometry = RandomSource(seed: seed, purpose: .augmentation, stream: 0)
        colour = RandomSource(seed: seed, purpose: .augmentation, stream: 1)
        cutout = RandomSource(seed: seed, purpose: .augmentation, stream: 3)
    }

    /// The draw for `example` in `epoch`, of windows that lie up to `crop`'s margins from the corner, and beyond them by what is padded.
    /// Without a random place they lie where `CoverGeometry` counts on the centre to be.
    func draw(epoch: Int, example: Int, for crop: NormalisedCrop) -> AugmentationDraw {
        let (marginHeight, marginWidth) = (crop.marginHeight, crop.marginWidth)
        var draw = AugmentationDraw(
            top: CoverGeometry.centre(of: 0, in: marginHeight), left: CoverGeometry.centre(of: 0, in: marginWidth),
            mirrored: false, colour: .zero)
        let padding = augmentation.padCrop
        if (augmentation.crop || padding > 0) && !augmentation.isScaled {
            draw.top = geometry.integer(step: epoch, index: 4 * example, below: marginHeight + 2 * padding + 1) - padding
            draw.left = geometry.integer(step: epoch, index: 4 * example + 1, below: marginWidth + 2 * padding + 1) - padding
        }
        if augmentation.mirror { draw.mirrored = isMirrored(epoch: epoch, example: example) }
        if augmentation.colour {
            for component in 0..<3 {
                draw.colour[component] = colour.normal(step: epoch, index: 4 * example + component)
            }
        }
        if augmentation.cutout > 0 {
            draw.cutoutRows = cutout(epoch, 4 * example, crop.windowShape[1])
            draw.cutoutColumns = cutout(epoch, 4 * example + 1, crop.windowShape[2])
        }
        return draw
    }

    private func isMirrored(epoch: Int, example: Int) -> Bool {
        func drawn(_ epoch: Int) -> Bool { geometry.word(step: epoch, index: 4 * example + 2) >> 31 == 1 }
        switch augmentation.flip {
        case .random: return drawn(epoch)
        case .alternating: return drawn(0) != (epoch % 2 == 1)
        }
    }

    /// The part of `extent` rows or columns that is cut out, around one of them.
    private func cutout(_ epoch: Int, _ index: Int, _ extent: Int) -> Range<Int> {
        let first = cutout.integer(step: epoch, index: index, below: extent) - augmentation.cutout / 2
        return max(first, 0)..<min(first + augmentation.cutout, extent)
    }
}
