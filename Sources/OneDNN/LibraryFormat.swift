import COneDNN
package import Layouts

/// A format that this version of the library has a name for.
package struct LibraryFormat: Sendable, Hashable {
    /// Such as "aBcd16b".
    package let name: String
    let tag: Int32

    package static let all: [LibraryFormat] = (0..<onednn_format_end()).compactMap { tag in
        onednn_format_name(tag).map { LibraryFormat(name: String(cString: $0), tag: tag) }
    }

    /// By rank and tile, `4:16b`: few have the same.
    private static let byTile = Dictionary(grouping: all) { format in
        let letters = format.name.prefix { !$0.isNumber }
        return "\(letters.count):\(format.name.dropFirst(letters.count))"
    }

    /// The one in which every element lies where `layout` has it, with the same tile; nil where there is none. Where there is but one
    /// block of a dimension several may do: then the one of the same strides, if any.
    static func matching(_ layout: Layout) -> LibraryFormat? {
        guard layout.format == .blocked, layout.firstElement == 0 else { return nil }
        let tile = layout.formatName.drop { !$0.isNumber }
        let formats = (byTile["\(layout.dims.count):\(tile)"] ?? []).compactMap { format in
            Layout.named(format.name, layout.dims, type: layout.type).map { (format: format, layout: $0) }
        }
        return (formats.first { $0.layout == layout } ?? formats.first { $0.layout.isInterchangeable(with: layout) })?.format
    }

    /// The library's own layout of this name; nil where it is for another number of dimensions.
    package func layout(_ dims: [Int], type: ElementKind) -> Layout? {
        var created: OpaquePointer?
        let status = onednn_layout_create_format(Int32(dims.count), dims.map(Int64.init), type.number, tag, &created)
        guard status == 0, let created else { return nil }
        return LayoutDescriptor(owning: created).layout
    }
}
