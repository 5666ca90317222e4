extension Layout {
    /// The library's way to write a format, as far as it has one: dimensions a, b, c, ... outermost first, capital when
    /// blocked, then the blocks. Row-major nchw is "abcd", nhwc is "acdb", nChw16c is "aBcd16b".
    package var formatName: String {
        if isAny { return "any" }
        if isOpaque { return "opaque" }
        let outermostFirst = dims.indices.sorted { left, right in
            elementStrides[left] != elementStrides[right] ? elementStrides[left] > elementStrides[right] : left < right
        }
        let blocked = Set(innerBlocks.map(\.dim))
        let outer = outermostFirst.map { blocked.contains($0) ? letter($0).uppercased() : letter($0) }
        return outer.joined() + innerBlocks.map { "\($0.size)\(letter($0.dim))" }.joined()
    }

    /// Such as "aBcd16b f32 64x96x55x55".
    package var description: String {
        "\(formatName) \(type) \(dims.map(String.init).joined(separator: "x"))"
    }

    private func letter(_ dim: Int) -> String {
        String(UnicodeScalar(UInt8(ascii: "a") + UInt8(dim)))
    }
}
