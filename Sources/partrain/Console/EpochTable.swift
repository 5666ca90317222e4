import TextLayout
import Training

/// The table of epochs, a line at a time, as wide as fits.
///
///              training                    validation
///       epoch     loss    top-1    top-5      loss    top-1    top-5  images/s         time
///        1/12   2.2114    9.4 %   40.6 %    2.7330   15.0 %   40.0 %    16,478        3.1 s
///
/// Where there is no room for all, columns are left out in this order: top-5 and top-1 of training, top-5 of validation, the speed, the
/// time, the training loss. Where there are no more than five classes, of which the right one always is among the five best, no column
/// says that it is.
struct EpochTable: Equatable {
    /// Those of `columns` that say something.
    private let told: [Int]
    /// In places of `told`.
    private let fit: ColumnFit

    /// - Parameters:
    ///   - epochs: of the run.
    ///   - hasTop5: whether a score has the share among the five best.
    ///   - width: columns that a line may have, or nil.
    init(epochs: Int, hasTop5: Bool, width: Int?) {
        let epoch = ColumnFit.Wish(natural: max(7, 2 * String(epochs).count + 1))
        told = Self.columns.indices.filter { hasTop5 || !Self.columnsOfTop5.contains($0) }
        fit = ColumnFit(
            [epoch] + told.dropFirst().map { ColumnFit.Wish(natural: Self.columns[$0].width, rank: Self.columns[$0].rank) },
            gap: Self.gap, width: width)
    }

    /// Those of `columns` that there is room for.
    private var shown: [Int] { fit.shown.map { told[$0] } }

    private static let gap = 2

    private static let columns: [(title: String, width: Int, rank: Int?)] = [
        ("epoch", 7, nil), ("loss", 7, 6), ("top-1", 7, 2), ("top-5", 7, 1), ("loss", 8, nil), ("top-1", 7, nil), ("top-5", 7, 3),
        ("images/s", 8, 4), ("time", 11, 5),
    ]
    private static let columnsOfTop5 = [3, 6]
    /// Names over groups of columns.
    private static let groups = [("training", 1...3), ("validation", 4...6)]

    /// Two lines: the groups of columns, and the columns.
    var header: String {
        var names = ""
        for (name, columns) in Self.groups {
            guard let first = shown.firstIndex(where: columns.contains) else { continue }
            let start = fit.widths[..<first].reduce(0) { $0 + $1 + Self.gap }
            names = names.padded(to: start) + name
        }
        return names + "\n" + line(shown.map { Self.columns[$0].title })
    }

    func line(_ epoch: EpochReport) -> String {
        let cells =
            ["\(epoch.epoch)/\(epoch.epochs)"] + Self.cells(epoch.training)
            + (epoch.validation.map(Self.cells) ?? ["–", "–", "–"])
            + [Wording.speed(epoch.imagesPerSecond), Wording.duration(epoch.seconds)]
        return line(shown.map { cells[$0] })
    }

    private func line(_ cells: [String]) -> String {
        zip(cells, fit.widths).map { $0.right($1) }.joined(separator: String(repeating: " ", count: Self.gap))
    }

    private static func cells(_ score: Score) -> [String] {
        [Wording.loss(score.loss), Wording.percent(score.top1), score.top5.map(Wording.percent) ?? ""]
    }
}
