/// Which columns of a table are shown, and how wide, so that it has room.
///
/// First columns that can become narrower do, then columns go, in the order of their ranks, and what is left takes the room that
/// became free.
package struct ColumnFit: Sendable, Hashable {
    /// What one column asks for.
    package struct Wish: Sendable, Hashable {
        /// The columns of its widest cell, and the fewest that it makes sense with.
        let natural: Int
        let least: Int
        /// The lowest goes first; one without stays.
        let rank: Int?

        package init(natural: Int, least: Int? = nil, rank: Int? = nil) {
            self.natural = natural
            self.least = min(natural, least ?? natural)
            self.rank = rank
        }
    }

    /// The columns that are shown, ascending.
    package let shown: [Int]
    /// Of each column that is shown, in the same order.
    package let widths: [Int]

    /// - Parameters:
    ///   - gap: columns between two.
    ///   - width: of the whole table; nil where nothing limits it. Where even what must stay has no room, it is exceeded.
    package init(_ wishes: [Wish], gap: Int, width: Int?) {
        var shown = Array(wishes.indices)
        func total(_ sizes: [Int]) -> Int { sizes.reduce(0, +) + gap * max(0, sizes.count - 1) }
        if let width {
            while total(shown.map { wishes[$0].least }) > width {
                guard let last = shown.filter({ wishes[$0].rank != nil }).min(by: { wishes[$0].rank! < wishes[$1].rank! }) else {
                    break
                }
                shown.removeAll { $0 == last }
            }
        }
        var widths = shown.map { wishes[$0].natural }
        while let width, total(widths) > width {
            let narrowable = widths.indices.filter { widths[$0] > wishes[shown[$0]].least }
            guard let widest = narrowable.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
        }
        self.shown = shown
        self.widths = widths
    }
}
