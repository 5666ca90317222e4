import COneDNN
package import Layouts

/// Owner of one of the library's memory descriptors.
///
/// Sendable because the descriptor is never written after creation.
package final class LayoutDescriptor: LibraryLayout, @unchecked Sendable {
    let handle: OpaquePointer

    /// Takes ownership of `handle`.
    init(owning handle: OpaquePointer) { self.handle = handle }

    deinit { onednn_layout_destroy(handle) }

    package func isEqual(to other: any LibraryLayout) -> Bool {
        guard let other = other as? LayoutDescriptor else { return false }
        return onednn_layout_equal(handle, other.handle) != 0
    }

    /// What the library says of it, with the descriptor beside it.
    package var layout: Layout {
        let room = [Int64](repeating: 0, count: Int(onednn_maximum_rank))
        var (rank, type, format, blockCount) = (Int32(0), Int32(0), Int32(0), Int32(0))
        var (dims, paddedDims, strides, blockDims, blockSizes) = (room, room, room, room, room)
        var firstElement: Int64 = 0
        let status = onednn_layout_inspect(
            handle, &rank, &type, &format, &dims, &paddedDims, &strides, &firstElement, &blockCount, &blockDims, &blockSizes)
        guard status == 0, let kind = ElementKind(number: type) else {
            preconditionFailure("oneDNN cannot describe its own layout (status \(status), type \(type))")
        }
        func values(_ numbers: [Int64], _ count: Int32) -> [Int] { numbers.prefix(Int(count)).map(Int.init) }
        let isBlocked = format == Int32(onednn_format_blocked)
        return Layout(
            dims: values(dims, rank), paddedDims: values(paddedDims, rank), type: kind,
            format: isBlocked ? .blocked : format == Int32(onednn_format_any) ? .any : .opaque,
            elementStrides: isBlocked ? values(strides, rank) : [],
            innerBlocks: isBlocked
                ? zip(values(blockDims, blockCount), values(blockSizes, blockCount)).map(Layout.Block.init) : [],
            firstElement: Int(firstElement), byteCount: onednn_layout_byte_count(handle), library: self)
    }
}

extension LayoutDescriptor {
    /// The descriptor of a layout: that which it has come with, or one made of its values.
    ///
    /// Throws ``OneDNNError`` for blocks that the library does not know, and for a region of a larger tensor.
    package static func of(_ layout: Layout) throws(OneDNNError) -> LayoutDescriptor {
        if let own = layout.library as? LayoutDescriptor { return own }
        var created: OpaquePointer?
        var status: Int32
        let (rank, dims) = (Int32(layout.dims.count), layout.dims.map(Int64.init))
        if layout.isAny {
            status = onednn_layout_create_any(rank, dims, layout.type.number, &created)
        } else if layout.innerBlocks.isEmpty, layout.firstElement == 0, !layout.isOpaque {
            status = onednn_layout_create_strided(
                rank, dims, layout.type.number, layout.elementStrides.map(Int64.init), &created)
        } else {
            guard let format = LibraryFormat.matching(layout) else {
                throw .failed(operation: "layout", status: "unimplemented", details: ["layout: \(layout)"])
            }
            status = onednn_layout_create_format(rank, dims, layout.type.number, format.tag, &created)
        }
        try OneDNNError.check(status, "layout", details: ["layout: \(layout)"])
        guard let created else { throw .failed(operation: "layout", status: "nothing created", details: ["layout: \(layout)"]) }
        return LayoutDescriptor(owning: created)
    }
}

extension ElementKind {
    var number: Int32 {
        switch self {
        case .f32: Int32(onednn_type_f32)
        case .bf16: Int32(onednn_type_bf16)
        case .i32: Int32(onednn_type_i32)
        case .i8: Int32(onednn_type_i8)
        case .u8: Int32(onednn_type_u8)
        }
    }

    init?(number: Int32) {
        guard let kind = ElementKind.allCases.first(where: { $0.number == number }) else { return nil }
        self = kind
    }
}
