import Networks

/// Which maps of S2 each map of C3 sees in LeNet-5: 60 of 96 pairs, so that maps see different things.
///
/// Source: Y. LeCun et al. 1998, Table I (one row here is a column there).
package enum ConnectionTable {
    package static let threes = [[0, 1, 2], [1, 2, 3], [2, 3, 4], [3, 4, 5], [0, 4, 5], [0, 1, 5]]
    package static let fours = [
        [0, 1, 2, 3], [1, 2, 3, 4], [2, 3, 4, 5], [0, 3, 4, 5], [0, 1, 4, 5], [0, 1, 2, 5],
        [0, 1, 3, 4], [1, 2, 4, 5], [0, 2, 3, 5],
    ]
    package static let six = [[0, 1, 2, 3, 4, 5]]

    /// C3: maps that see equally many are one grouped convolution over the channels gathered for it, a group a map.
    static func c3(initializer: (_ fanIn: Int) -> Initializer) -> Concat {
        func branch(_ name: String, _ table: [[Int]]) -> Sequential {
            Sequential {
                SelectChannels(table.flatMap { $0 })
                Conv2D(
                    table.count, kernel: 5, groups: table.count, weightInitializer: initializer(table[0].count * 25), name: name)
            }
        }
        return Concat {
            branch("c3a", threes)
            branch("c3b", fours)
            branch("c3c", six)
        }
    }
}
