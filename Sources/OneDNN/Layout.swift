import COneDNN

/// Where each element of a tensor lies in memory: dimensions, number format, order and blocking of the dimensions.
///
/// Blocked layouts keep small tiles of some dimensions (16 channels, say) together and pad those dimensions to whole tiles.
/// Padding must hold zeros: oneDNN keeps it so in all that it writes, so it is enough to zero fresh memory once and to
/// apply only functions with f(0) = 0 to it.
package struct Layout: Sendable, Equatable, CustomStringConvertible {
    let storage: LayoutStorage

    init(storage: LayoutStorage) { self.storage = storage }

    /// Row-major: nchw for activations, nc, oihw and goihw for weights.
    package static func plain(_ dims: [Int], type: ElementKind = .f32) -> Layout {
        strided(dims, type: type, outermostFirst: Array(dims.indices))
    }

    /// Channels (dimension 1) innermost: nhwc.
    package static func channelsLast(_ dims: [Int], type: ElementKind = .f32) -> Layout {
        precondition(dims.count >= 2, "a layout with channels has at least 2 dimensions, not \(dims.count)")
        return strided(dims, type: type, outermostFirst: [0] + Array(dims.indices.dropFirst(2)) + [1])
    }

    /// Images (dimension 0) innermost: chwn.
    package static func batchInnermost(_ dims: [Int], type: ElementKind = .f32) -> Layout {
        strided(dims, type: type, outermostFirst: Array(dims.indices.dropFirst()) + [0])
    }

    /// To be chosen by the primitive that it is given to.
    package static func any(_ dims: [Int], type: ElementKind = .f32) -> Layout {
        var created: OpaquePointer?
        let status = onednn_layout_create_any(Int32(dims.count), dims.map(Int64.init), type.number, &created)
        return Layout(storage: LayoutStorage(required: created, status: status, dims: dims))
    }

    /// The layout that oneDNN calls `name`, such as "aBcd16b"; nil when there is none of that name and rank.
    package static func named(_ name: String, _ dims: [Int], type: ElementKind = .f32) -> Layout? {
        var created: OpaquePointer?
        let status = onednn_layout_create_named(Int32(dims.count), dims.map(Int64.init), type.number, name, &created)
        guard status == 0, let created else { return nil }
        return Layout(storage: LayoutStorage(owning: created))
    }

    /// Logical dimensions, outermost first.
    package var dims: [Int] { storage.dims }

    package var type: ElementKind { storage.type }

    /// Dimensions as stored: rounded up to whole blocks.
    package var paddedDims: [Int] { storage.paddedDims }

    /// Bytes of memory that the tensor takes, padding included; 0 for ``any(_:type:)``.
    package var byteCount: Int { storage.byteCount }

    /// Elements between neighbours of each dimension; of a blocked dimension, between neighbouring blocks.
    /// Empty when the format is open or opaque.
    package var elementStrides: [Int] { storage.strides }

    /// The tiles, outermost first: which dimension, and how many of its elements. Empty when there are none.
    package var innerBlocks: [(dim: Int, size: Int)] { storage.blocks }

    /// The format is left to the primitive.
    package var isAny: Bool { storage.format == .any }

    /// Known to the library only (Winograd's transformed weights).
    package var isOpaque: Bool { storage.format == .opaque }

    /// Row-major, dense, without blocks.
    package var isPlain: Bool {
        storage.format == .blocked && storage.firstElement == 0 && isInterchangeable(with: .plain(dims, type: type))
    }

    /// Dense, batch-innermost, the other dimensions in their order.
    package var isBatchInnermost: Bool {
        storage.format == .blocked && storage.firstElement == 0 && isInterchangeable(with: .batchInnermost(dims, type: type))
    }

    /// Some elements in memory are not elements of the tensor.
    package var isPadded: Bool { dims != paddedDims }

    /// The tensor with its padding fills its memory without gaps, so that a loop over the memory is one over the elements.
    package var isDense: Bool {
        storage.format == .blocked && storage.firstElement == 0
            && byteCount == paddedDims.reduce(type.byteCount, *)
    }

    package static func == (left: Layout, right: Layout) -> Bool {
        left.storage === right.storage || onednn_layout_equal(left.storage.handle, right.storage.handle) != 0
    }

    private static func strided(_ dims: [Int], type: ElementKind, outermostFirst order: [Int]) -> Layout {
        var strides = [Int64](repeating: 1, count: dims.count)
        var stride: Int64 = 1
        for dim in order.reversed() {
            strides[dim] = stride
            stride *= Int64(max(dims[dim], 1))
        }
        var created: OpaquePointer?
        let status = onednn_layout_create_strided(Int32(dims.count), dims.map(Int64.init), type.number, strides, &created)
        return Layout(storage: LayoutStorage(required: created, status: status, dims: dims))
    }
}
