import COneDNN

extension Layout {
    /// The same memory seen with other dimensions, in the same row-major order of elements; nil when no layout describes that.
    ///
    /// Legal, for instance: nchw [N, 2C, H, W] as [2N, C, H, W]; nChw16c likewise when C is a multiple of 16; nchw [N, C, H, W]
    /// as [N, C·H·W]; [K, C, R, S] as [G, K/G, C, R, S]. Costs a search through the library's formats: for plans, not for steps.
    package func reshaped(_ dims: [Int]) -> Layout? {
        precondition(
            dims.reduce(1, *) == self.dims.reduce(1, *), "\(self) has \(self.dims.reduce(1, *)) elements, which is not \(dims)")
        if isAny { return .any(dims, type: type) }
        guard !isPadded, storage.firstElement == 0, let digits = digitsByDimension else { return nil }
        let wanted = Layout.merged(digits.flatMap { $0 })
        func describesThis(_ candidate: Layout) -> Bool {
            guard !candidate.isPadded, let digits = candidate.digitsByDimension else { return false }
            return Layout.merged(digits.flatMap { $0 }) == wanted
        }
        let plain = Layout.plain(dims, type: type)
        if describesThis(plain) { return plain }
        return Layout.formatNames(rank: dims.count).lazy
            .compactMap { Layout.named($0, dims, type: type) }
            .first(where: describesThis)
    }

    /// A box of this tensor as a layout on the whole tensor's address: for reorders into and out of it.
    /// Nil when the box does not begin and end on whole blocks.
    package func region(offsets: [Int], dims: [Int]) -> Layout? {
        var created: OpaquePointer?
        let status = onednn_layout_create_region(storage.handle, dims.map(Int64.init), offsets.map(Int64.init), &created)
        guard status == 0, let created else { return nil }
        return Layout(storage: LayoutStorage(owning: created))
    }

    private static func formatNames(rank: Int) -> [String] {
        var names: [String] = []
        var index: Int32 = 0
        while let name = onednn_layout_tag_name(index) {
            let text = String(cString: name)
            if Set(text.lowercased().filter(\.isLetter)).count == rank { names.append(text) }
            index += 1
        }
        return names
    }
}
