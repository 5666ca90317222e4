import COneDNN

extension Layout {
    /// A box of this tensor as a layout on the whole tensor's address: for reorders into and out of it.
    /// Nil when the box does not begin and end on whole blocks.
    package func region(offsets: [Int], dims: [Int]) -> Layout? {
        var created: OpaquePointer?
        let status = onednn_layout_create_region(storage.handle, dims.map(Int64.init), offsets.map(Int64.init), &created)
        guard status == 0, let created else { return nil }
        return Layout(storage: LayoutStorage(owning: created))
    }
}
