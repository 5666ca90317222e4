/// The images that were read although something in their files was not in order.
public struct ImageWarnings: Sendable, Hashable {
    /// How many images.
    public var count: Int { images.count }
    /// The first of them, each with what was not in order.
    public private(set) var named: [String] = []
    /// By split and place, since every epoch reads them again.
    private var images: Set<Place> = []

    private struct Place: Hashable {
        let split: Split
        let index: Int
    }

    static let namedLimit = 100

    public init() {}

    /// Nothing, or what somebody should be told at the end of a run.
    public var sentences: [String] {
        guard count > 0 else { return [] }
        let more = count > named.count ? ["and \(count - named.count) more such images"] : []
        return named.map { "read, with all its pixels, although its file is not in order: \($0)" } + more
    }

    mutating func note(_ index: Int, of split: Split, path: String, _ warning: String) {
        guard images.insert(Place(split: split, index: index)).inserted, named.count < Self.namedLimit else { return }
        named.append("\(path) (\(warning))")
    }
}
