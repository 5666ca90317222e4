package import ImageFiles
import Tensors

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Draws the part of an image that an epoch shows: of 8 to 100 % of its area, from 3 : 4 to 4 : 3, anywhere in it.
///
/// Area and the ratio's logarithm are uniform; where the part would not lie within the image, another is drawn, ten times in all, and
/// then it is the largest central part whose ratio is within the bounds. A part is a function of (seed, epoch, example, size).
///
/// Source: torchvision's `RandomResizedCrop` with its defaults; C. Szegedy et al., "Going Deeper with Convolutions", 2014, section 6.
package struct RandomResizedCrop: Sendable {
    /// Shares of the area.
    static let areas = 0.08...1.0
    /// Widths of a height of 1.
    static let ratios = 3.0 / 4...4.0 / 3
    static let tries = 10
    /// Blocks of four numbers that an example has of its own: more than it has tries.
    private static let blocksPerExample = 16

    private let source: RandomSource

    package init(seed: UInt64) {
        // Streams 0 and 1 of the purpose are the other augmentations'.
        source = RandomSource(seed: seed, purpose: .augmentation, stream: 2)
    }

    /// The part of `example`, an image of `height` × `width`, that `epoch` shows.
    package func box(epoch: Int, example: Int, height: Int, width: Int) -> CropBox {
        let area = Double(height * width)
        for number in 0..<Self.tries {
            let words = source.words(step: epoch, block: Self.blocksPerExample * example + number)
            let share = Self.between(Self.areas.lowerBound, Self.areas.upperBound, words.x)
            let ratio = exp(Self.between(log(Self.ratios.lowerBound), log(Self.ratios.upperBound), words.y))
            // As Python rounds.
            let columns = Int((area * share * ratio).squareRoot().rounded(.toNearestOrEven))
            let rows = Int((area * share / ratio).squareRoot().rounded(.toNearestOrEven))
            guard (1...width).contains(columns), (1...height).contains(rows) else { continue }
            return CropBox(
                top: Self.below(height - rows + 1, words.z), left: Self.below(width - columns + 1, words.w), height: rows,
                width: columns)
        }
        return Self.centralBox(height: height, width: width)
    }

    /// Shows all of an image that is neither too wide nor too high, and of others what is.
    private static func centralBox(height: Int, width: Int) -> CropBox {
        let ratio = Double(width) / Double(height)
        var (rows, columns) = (height, width)
        if ratio < ratios.lowerBound {
            rows = Int((Double(width) / ratios.lowerBound).rounded(.toNearestOrEven))
        } else if ratio > ratios.upperBound {
            columns = Int((Double(height) * ratios.upperBound).rounded(.toNearestOrEven))
        }
        return CropBox(top: (height - rows) / 2, left: (width - columns) / 2, height: rows, width: columns)
    }

    private static func between(_ lower: Double, _ upper: Double, _ word: UInt32) -> Double {
        lower + (upper - lower) * Double(word) * 0x1p-32
    }

    private static func below(_ bound: Int, _ word: UInt32) -> Int { Int((UInt64(word) &* UInt64(bound)) >> 32) }
}
