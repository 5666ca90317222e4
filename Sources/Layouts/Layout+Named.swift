extension Layout {
    /// The dense layout of a name as the library has them, such as "aBcd16b"; nil where it is none, or none for so many dimensions.
    package static func named(_ name: String, _ dims: [Int], type: ElementKind = .f32) -> Layout? {
        guard let format = FormatName(name), format.outermostFirst.count == dims.count else { return nil }
        return Layout(dims, type: type, outermostFirst: format.outermostFirst, tiles: format.tiles)
    }

    /// The same order and blocks for another number format and, where given, other extents; row-major where they have no name.
    package func format(for dims: [Int]? = nil, type: ElementKind) -> Layout {
        Layout.named(formatName, dims ?? self.dims, type: type) ?? .plain(dims ?? self.dims, type: type)
    }
}

/// What the library's name of a format says.
///
///     aBcd16b       a, B, c, d      dimensions, outermost first, capital where they are in blocks
///                   16b             the tile: 16 elements of b
///     ABcd4b16a4b   4b, 16a, 4b     4 × 16 × 4, outermost first
struct FormatName {
    let outermostFirst: [Int]
    let tiles: [Layout.Block]

    /// Nil for what is no name: its letters are the first so many of the alphabet, and a dimension is capital if it is in a block.
    init?(_ name: String) {
        let letters = name.utf8.prefix { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        var order: [Int] = []
        var capitals: Set<Int> = []
        for letter in letters {
            guard let (dim, isCapital) = Self.dimension(letter) else { return nil }
            order.append(dim)
            if isCapital { capitals.insert(dim) }
        }
        guard !order.isEmpty, order.sorted() == Array(order.indices), order.count <= Layout.maximumRank,
            let tiles = Self.tiles(name.utf8.dropFirst(letters.count)), Set(tiles.map(\.dim)) == capitals
        else { return nil }
        outermostFirst = order
        self.tiles = tiles
    }

    private static func tiles(_ text: Substring.UTF8View) -> [Layout.Block]? {
        var tiles: [Layout.Block] = []
        var size = 0
        for character in text {
            if let (dim, isCapital) = dimension(character) {
                guard size > 0, !isCapital else { return nil }
                tiles.append(Layout.Block(dim: dim, size: size))
                size = 0
            } else {
                let digit = Int(character) - Int(UInt8(ascii: "0"))
                guard (0...9).contains(digit), size > 0 || digit > 0, size < 1000 else { return nil }
                size = 10 * size + digit
            }
        }
        return size == 0 ? tiles : nil
    }

    private static func dimension(_ letter: UInt8) -> (dim: Int, isCapital: Bool)? {
        switch letter {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): (Int(letter - UInt8(ascii: "a")), false)
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): (Int(letter - UInt8(ascii: "A")), true)
        default: nil
        }
    }
}
