package import ImageFiles
package import Tensors

/// A data set seen at the shape a network wants: padded or resized, grey repeated, colours turned to grey.
package struct AdaptedDataset: ImageDataset {
    private let base: any ImageDataset
    package let imageShape: Shape
    package let normalisation: Normalisation
    private let fit: Fit

    /// How rows and columns are matched.
    enum Fit: Equatable {
        case unchanged
        /// Zeros around the image: how LeNet-5 saw MNIST's 28 × 28 as 32 × 32.
        case pad(top: Int, left: Int)
        case resize(CoverGeometry)
    }

    /// Images that lack at most this many rows and columns are padded; beyond, they are resized.
    static let paddingLimit = 8

    package var name: String { base.name }
    package var classNames: [String] { base.classNames }
    package var identityBasis: IdentityBasis { base.identityBasis }
    package var inventory: DatasetInventory { base.inventory }
    package var imageWarnings: ImageWarnings { base.imageWarnings }
    package var isWorthCaching: Bool {
        if case .resize = fit { return true }
        return base.isWorthCaching
    }

    /// `base` with images of `shape`, [C, H, W].
    ///
    /// Throws when no rule turns the one number of channels into the other.
    /// - Parameter scales: whether images of another size are scaled in any case, and never padded.
    package init(_ base: any ImageDataset, to shape: Shape, scales: Bool = false) throws(DatasetError) {
        let source = base.imageShape
        try ChannelMatch.check(source[0], shape[0])
        self.base = base
        imageShape = shape
        normalisation = base.normalisation.adapted(toChannels: shape[0])
        let (rows, columns) = (shape[1] - source[1], shape[2] - source[2])
        let canPad = (0...Self.paddingLimit).contains(rows) && (0...Self.paddingLimit).contains(columns)
        if rows == 0 && columns == 0 {
            fit = .unchanged
        } else if canPad && !scales {
            fit = .pad(top: rows / 2, left: columns / 2)
        } else {
            fit = .resize(CoverGeometry(height: source[1], width: source[2], coveringHeight: shape[1], width: shape[2]))
        }
    }

    package func exampleCount(_ split: Split) -> Int { base.exampleCount(split) }
    package func label(of index: Int, in split: Split) -> Int { base.label(of: index, in: split) }
    package func name(of index: Int, in split: Split) -> String { base.name(of: index, in: split) }
    package func key(of index: Int, in split: Split) -> ExampleKey { base.key(of: index, in: split) }

    package func decode(_ index: Int, of split: Split, into pixels: UnsafeMutableBufferPointer<UInt8>) throws(DatasetError) {
        try ChannelMatch.convert(from: base.imageShape[0], to: imageShape[0], pixels) { planes throws(DatasetError) in
            try decodeFitted(index, of: split, into: planes)
        }
    }

    /// Decodes with the source's channels and the target's rows and columns.
    private func decodeFitted(_ index: Int, of split: Split, into pixels: UnsafeMutableBufferPointer<UInt8>) throws(DatasetError)
    {
        if fit == .unchanged {
            return try base.decode(index, of: split, into: pixels)
        }
        let source = base.imageShape
        let image = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: source.elementCount)
        defer { image.deallocate() }
        try base.decode(index, of: split, into: image)
        let (sourcePlane, plane) = (source[1] * source[2], imageShape[1] * imageShape[2])
        for channel in 0..<source[0] {
            let from = UnsafeBufferPointer(rebasing: image[channel * sourcePlane..<(channel + 1) * sourcePlane])
            let to = UnsafeMutableBufferPointer(rebasing: pixels[channel * plane..<(channel + 1) * plane])
            switch fit {
            case .unchanged:
                _ = to.update(fromContentsOf: from)
            case .pad(let top, let left):
                to.update(repeating: 0)
                for y in 0..<source[1] {
                    (to.baseAddress! + (top + y) * imageShape[2] + left).update(
                        from: from.baseAddress! + y * source[2], count: source[2])
                }
            case .resize(let geometry):
                TriangleResize.cover(from, channels: 1, height: source[1], width: source[2], geometry: geometry, into: to)
            }
        }
    }
}
