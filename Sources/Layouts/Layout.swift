/// Where each element of a tensor lies in memory: dimensions, number format, order and blocking of the dimensions.
///
/// Blocked layouts keep small tiles of some dimensions (16 channels, say) together and pad those dimensions to whole tiles.
/// Padding must hold zeros: oneDNN keeps it so in all that it writes, so it is enough to zero fresh memory once and to
/// apply only functions with f(0) = 0 to it.
///
/// A value, made without the library. Where a primitive has said what it wants, its descriptor is beside it.
package struct Layout: Sendable, CustomStringConvertible {
    package enum Format: Sendable {
        /// Left to the primitive that it is given to.
        case any
        /// Strides, and perhaps blocks.
        case blocked
        /// Known to the library only (Winograd's transformed weights).
        case opaque
    }

    /// A tile's extent along one dimension.
    package struct Block: Sendable, Hashable {
        package let dim: Int
        package let size: Int

        package init(dim: Int, size: Int) {
            self.dim = dim
            self.size = size
        }
    }

    /// The most dimensions that a layout has.
    package static let maximumRank = 12

    /// Logical dimensions, outermost first.
    package let dims: [Int]
    /// Dimensions as stored: rounded up to whole blocks.
    package let paddedDims: [Int]
    package let type: ElementKind
    package let format: Format
    /// Elements between neighbours of each dimension; of a blocked dimension, between neighbouring blocks.
    /// Empty when the format is open or opaque.
    package let elementStrides: [Int]
    /// The tiles, outermost first: which dimension, and how many of its elements. Empty when there are none.
    package let innerBlocks: [Block]
    /// Elements before the tensor's first one: not 0 in a region of a larger tensor.
    package let firstElement: Int
    /// Bytes of memory that the tensor takes, padding included; 0 for ``any(_:type:)``.
    package let byteCount: Int
    /// Where it came out of a primitive: the library's own.
    package let library: (any LibraryLayout)?

    /// As the library describes it.
    package init(
        dims: [Int], paddedDims: [Int], type: ElementKind, format: Format, elementStrides: [Int], innerBlocks: [Block],
        firstElement: Int, byteCount: Int, library: (any LibraryLayout)?
    ) {
        precondition(
            (1...Self.maximumRank).contains(dims.count) && dims.allSatisfy { $0 >= 0 },
            "no layout of dimensions \(dims): it has 1 to \(Self.maximumRank), none negative")
        self.dims = dims
        self.paddedDims = paddedDims
        self.type = type
        self.format = format
        self.elementStrides = elementStrides
        self.innerBlocks = innerBlocks
        self.firstElement = firstElement
        self.byteCount = byteCount
        self.library = library
    }

    /// Dense: dimensions, or blocks of them, in an order, and within all of them tiles.
    init(_ dims: [Int], type: ElementKind, outermostFirst order: [Int], tiles: [Block] = []) {
        var tile = [Int](repeating: 1, count: dims.count)
        for block in tiles { tile[block.dim] *= block.size }
        let padded = zip(dims, tile).map { ($0 + $1 - 1) / $1 * $1 }
        var strides = [Int](repeating: 1, count: dims.count)
        var stride = tile.reduce(1, *)
        for dim in order.reversed() {
            strides[dim] = stride
            stride *= max(padded[dim] / tile[dim], 1)
        }
        self.init(
            dims: dims, paddedDims: padded, type: type, format: .blocked, elementStrides: strides, innerBlocks: tiles,
            firstElement: 0, byteCount: padded.reduce(type.byteCount, *), library: nil)
    }

    /// Row-major: nchw for activations, nc, oihw and goihw for weights.
    package static func plain(_ dims: [Int], type: ElementKind = .f32) -> Layout {
        Layout(dims, type: type, outermostFirst: Array(dims.indices))
    }

    /// Channels (dimension 1) innermost: nhwc.
    package static func channelsLast(_ dims: [Int], type: ElementKind = .f32) -> Layout {
        precondition(dims.count >= 2, "a layout with channels has at least 2 dimensions, not \(dims.count)")
        return Layout(dims, type: type, outermostFirst: [0] + Array(dims.indices.dropFirst(2)) + [1])
    }

    /// Images (dimension 0) innermost: chwn.
    package static func batchInnermost(_ dims: [Int], type: ElementKind = .f32) -> Layout {
        Layout(dims, type: type, outermostFirst: Array(dims.indices.dropFirst()) + [0])
    }

    /// To be chosen by the primitive that it is given to.
    package static func any(_ dims: [Int], type: ElementKind = .f32) -> Layout {
        Layout(
            dims: dims, paddedDims: dims, type: type, format: .any, elementStrides: [], innerBlocks: [], firstElement: 0,
            byteCount: 0, library: nil)
    }
}

extension Layout {
    /// The format is left to the primitive.
    package var isAny: Bool { format == .any }

    /// Known to the library only (Winograd's transformed weights).
    package var isOpaque: Bool { format == .opaque }

    /// Row-major, dense, without blocks.
    package var isPlain: Bool { isLike(.plain(dims, type: type)) }

    /// Dense, batch-innermost, the other dimensions in their order.
    package var isBatchInnermost: Bool { isLike(.batchInnermost(dims, type: type)) }

    private func isLike(_ other: Layout) -> Bool {
        format == .blocked && firstElement == 0 && isInterchangeable(with: other)
    }

    /// Some elements in memory are not elements of the tensor.
    package var isPadded: Bool { dims != paddedDims }

    /// The tensor with its padding fills its memory without gaps, so that a loop over the memory is one over the elements.
    package var isDense: Bool {
        format == .blocked && firstElement == 0 && byteCount == paddedDims.reduce(type.byteCount, *)
    }
}

extension Layout: Equatable {
    /// By value, whoever made them; of opaque ones the library's descriptors are asked. A dimension of size 1 has no stride.
    package static func == (left: Layout, right: Layout) -> Bool {
        guard left.dims == right.dims, left.type == right.type, left.format == right.format else { return false }
        switch left.format {
        case .any: return true
        case .opaque:
            guard let one = left.library, let other = right.library else { return false }
            return one === other || one.isEqual(to: other)
        case .blocked:
            return left.paddedDims == right.paddedDims && left.firstElement == right.firstElement
                && left.innerBlocks == right.innerBlocks
                && left.dims.indices.allSatisfy { dim in
                    left.paddedDims[dim] == 1 || left.elementStrides[dim] == right.elementStrides[dim]
                }
        }
    }
}
