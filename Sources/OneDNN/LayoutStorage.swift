import COneDNN

/// Owner of one of the library's memory descriptors, with what it says read out once.
///
/// Sendable because the descriptor is never written after creation.
final class LayoutStorage: @unchecked Sendable {
    enum Format { case none, any, blocked, opaque }

    let handle: OpaquePointer
    let dims: [Int]
    let paddedDims: [Int]
    let type: ElementKind
    let format: Format
    let strides: [Int]
    let blocks: [(dim: Int, size: Int)]
    /// Elements before the tensor's first one: not 0 in a region of a larger tensor.
    let firstElement: Int
    let byteCount: Int

    /// Takes ownership of `handle`.
    init(owning handle: OpaquePointer) {
        let room = Int(onednn_maximum_rank)
        var rank: Int32 = 0
        var type: Int32 = 0
        var format: Int32 = 0
        var blockCount: Int32 = 0
        var firstElement: Int64 = 0
        var dims = [Int64](repeating: 0, count: room)
        var paddedDims = dims
        var strides = dims
        var blockDims = dims
        var blockSizes = dims
        let status = onednn_layout_inspect(
            handle, &rank, &type, &format, &dims, &paddedDims, &strides, &firstElement, &blockCount, &blockDims, &blockSizes)
        guard status == 0, let kind = ElementKind(number: type) else {
            preconditionFailure("oneDNN cannot describe its own layout (status \(status), type \(type))")
        }
        self.handle = handle
        self.dims = dims.prefix(Int(rank)).map(Int.init)
        self.paddedDims = paddedDims.prefix(Int(rank)).map(Int.init)
        self.type = kind
        self.firstElement = Int(firstElement)
        self.format =
            switch Int(format) {
            case Int(onednn_format_any): .any
            case Int(onednn_format_blocked): .blocked
            case Int(onednn_format_opaque): .opaque
            default: .none
            }
        let isBlocked = self.format == .blocked
        self.strides = isBlocked ? strides.prefix(Int(rank)).map(Int.init) : []
        blocks = isBlocked ? (0..<Int(blockCount)).map { (dim: Int(blockDims[$0]), size: Int(blockSizes[$0])) } : []
        byteCount = onednn_layout_byte_count(handle)
    }

    /// Takes ownership of a handle whose creation can fail only by a mistake in the call.
    convenience init(required handle: OpaquePointer?, status: Int32, dims: [Int]) {
        guard status == 0, let handle else {
            preconditionFailure(
                "no layout of dimensions \(dims): \(String(cString: onednn_status_name(status))); "
                    + "a layout has 1 to \(onednn_maximum_rank) dimensions, none negative")
        }
        self.init(owning: handle)
    }

    deinit { onednn_layout_destroy(handle) }
}
