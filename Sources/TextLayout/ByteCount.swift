/// A number of bytes as people write it: `3GiB`, `1.5 MB`, `512MiB`.
public struct ByteCount: Sendable, Hashable {
    public let bytes: Int

    public init(_ bytes: Int) {
        self.bytes = bytes
    }

    private static let units: [(name: String, bytes: Int)] = [
        ("B", 1), ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("TiB", 1 << 40), ("kB", 1_000), ("MB", 1_000_000),
        ("GB", 1_000_000_000), ("TB", 1_000_000_000_000),
    ]
}

extension ByteCount: LosslessStringConvertible {
    /// Nil where `text` is no number above 0 with a unit, such as `3GiB`; a bare number has none and could be meant as any.
    public init?(_ text: String) {
        let text = text.filter { $0 != " " }
        let number = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        guard let unit = Self.units.first(where: { $0.name == text.dropFirst(number.count) }), let value = Double(number)
        else { return nil }
        let bytes = (value * Double(unit.bytes)).rounded()
        guard bytes >= 1, bytes < 1e18 else { return nil }
        self.init(Int(bytes))
    }

    /// Exact, in the largest unit of which it is a whole number: `3GiB`, `1500MB`.
    public var description: String {
        let unit = Self.units.filter { bytes % $0.bytes == 0 }.max { $0.bytes < $1.bytes }
        return unit.map { "\(bytes / $0.bytes)\($0.name)" } ?? "\(bytes)B"
    }

    /// To a tenth of the largest binary unit that leaves at least one: `3.0 GiB`.
    public var rounded: String {
        let unit = Self.units[..<5].last { bytes >= $0.bytes } ?? Self.units[0]
        let tenths = (Double(bytes) / Double(unit.bytes) * 10).rounded() / 10
        return unit.bytes == 1 ? "\(bytes) B" : "\(tenths) \(unit.name)"
    }
}
