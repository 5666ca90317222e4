import Parallelism
import TextLayout
import Training
import Verification

/// The table of a verification's cases, a line at a time, as wide as fits.
///
/// Where there is no room for all, what is said of the weights is cut, and columns are left out in this order: exchanges, micro-batches, steps,
/// replicas, share of the bound, cores.
struct VerificationTable {
    private let fit: ColumnFit
    private let width: Int?

    /// - Parameter width: columns that a line may have, or nil.
    init(width: Int?) {
        self.width = width
        fit = ColumnFit(
            Self.columns.map { ColumnFit.Wish(natural: $0.width, least: $0.least, rank: $0.rank) }, gap: Self.gap, width: width)
    }

    private static let gap = 2
    private static let columns: [(title: String, width: Int, least: Int?, isNumber: Bool, rank: Int?)] = [
        ("mode", 6, nil, false, nil), ("devices", 7, nil, true, nil), ("cores", 5, nil, true, 6),
        ("micro-batches", 6, nil, true, 2),
        ("steps", 5, nil, true, 3), ("weights", 44, 27, false, nil), ("of bound", 8, nil, true, 5),
        ("replicas", 8, nil, false, 4), ("exchanges", 19, nil, true, 1), ("verdict", 7, nil, false, nil),
    ]

    var header: String { line(Self.columns.map(\.title)) }

    func line(_ row: VerificationRow, microBatches: Int) -> String {
        let test = row.test
        let place = [test.mode.rawValue, "\(test.devices)", "\(test.coresPerDevice)", "\(microBatches)"]
        if let obstacle = row.obstacle {
            // Where the weights would stand: after this nothing else is to be said.
            let start = line(place + ["–"])
            let text = start + "  cannot run: \(obstacle)"
            return width.map { text.folded(to: $0, hanging: min(start.columns + 2, $0 / 2)).joined(separator: "\n") } ?? text
        }
        let replicas = row.broken.contains { $0.kind == .replica } ? "differ" : row.replicaBytes > 0 ? "equal" : "–"
        return line(
            place + [
                "\(row.steps)", Self.weights(row), test.promise == .bounded ? Wording.percent(row.shareOfBound) : "–", replicas,
                "\(Wording.grouped(row.exchanges)), \(Wording.bytes(row.exchangeBytes))", row.holds ? "hold" : "BROKEN",
            ])
    }

    /// The cells of those columns that are shown; of the first ones where there are fewer.
    private func line(_ cells: [String]) -> String {
        let line = zip(fit.shown, fit.widths).filter { $0.0 < cells.count }.map { column, width in
            let cell = self.width == nil ? cells[column] : cells[column].cut(to: width)
            return Self.columns[column].isNumber ? cell.right(width) : cell.padded(to: width)
        }.joined(separator: String(repeating: " ", count: Self.gap)).trimmedAtEnd
        return width.map { line.cut(to: $0) } ?? line
    }

    private static func weights(_ row: VerificationRow) -> String {
        guard let largest = row.largest else {
            return row.steps > 0 ? "identical bits \(row.weightsSHA256.prefix(12))" : "–"
        }
        return "\(VerificationText.ulps(largest.largest.ulps)) at \(largest.parameter)\(VerificationText.index(largest.largest))"
    }
}
