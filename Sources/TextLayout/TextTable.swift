/// A table of text with aligned columns that fits into a width: long cells are folded or cut, and columns that can be done without go.
package struct TextTable {
    package struct Column: Sendable {
        package enum Alignment: Sendable {
            case left
            case right
        }

        /// What becomes of cells for which there is no room.
        package enum Fold: Sendable {
            /// They keep their room.
            case never
            /// They continue on further lines, of at least so many columns.
            case wrapped(least: Int)
            /// They end with an ellipsis, at that many columns or more.
            case cut(least: Int)
        }

        let title: String
        /// Stands below the title.
        let unit: String
        let alignment: Alignment
        let fold: Fold
        /// When the column goes where there is no room for all: the lowest first; one without stays.
        let rank: Int?

        package init(_ title: String, unit: String = "", alignment: Alignment = .left, fold: Fold = .never, rank: Int? = nil) {
            self.title = title
            self.unit = unit
            self.alignment = alignment
            self.fold = fold
            self.rank = rank
        }
    }

    package enum Row {
        /// One for each column.
        case cells([String])
        /// A line of its own over what follows.
        case heading(String)
    }

    package var columns: [Column]
    package var rows: [Row] = []
    /// Stands below a rule, as totals do.
    package var footer: [String] = []
    private let hasRule: Bool

    /// - Parameter hasRule: whether a line parts the head from the rows.
    package init(columns: [Column], hasRule: Bool = true) {
        self.columns = columns
        self.hasRule = hasRule
    }

    private static let gap = 2

    /// The lines of the table, at most `width` columns each; nothing is folded, cut or left out without a width.
    ///
    /// - Parameter note: whether a last line names the columns that are left out.
    package func rendered(width: Int?, note: Bool = true) -> String {
        let fit = fit(width)
        let rule = String(repeating: "─", count: fit.widths.reduce(0, +) + Self.gap * (fit.widths.count - 1))
        var lines = heads.flatMap { render($0, fit) } + (hasRule ? [rule] : [])
        for row in rows {
            switch row {
            case .cells(let cells): lines += render(cells, fit)
            case .heading(let text): lines += width.map { text.printable.folded(to: $0) } ?? [text]
            }
        }
        if !footer.isEmpty { lines += [rule] + render(footer, fit) }
        let missing = columns.indices.filter { !fit.shown.contains($0) }.map { columns[$0].title }
        if let width {
            lines = lines.map { $0.cut(to: width) }
            if note, !missing.isEmpty { lines += Self.note(missing).folded(to: width) }
        }
        return lines.joined(separator: "\n")
    }

    /// What is said of columns that are left out.
    package static func note(_ missing: [String]) -> String {
        "(no room for \(missing.count == 1 ? "a column" : "\(missing.count) columns"): \(missing.joined(separator: ", ")))"
    }

    private var heads: [[String]] {
        [columns.map(\.title)] + (columns.allSatisfy(\.unit.isEmpty) ? [] : [columns.map(\.unit)])
    }

    private func fit(_ width: Int?) -> ColumnFit {
        let cells =
            heads
            + rows.compactMap { row in
                if case .cells(let cells) = row { cells } else { nil }
            } + (footer.isEmpty ? [] : [footer])
        let wishes = columns.indices.map { column in
            let natural = cells.map { $0[column].printable.columns }.max() ?? 0
            let least: Int? =
                switch columns[column].fold {
                case .never: nil
                case .wrapped(let least), .cut(let least): max(least, columns[column].title.columns)
                }
            return ColumnFit.Wish(natural: natural, least: least, rank: columns[column].rank)
        }
        return ColumnFit(wishes, gap: Self.gap, width: width)
    }

    /// A row's lines: several where a cell is folded.
    private func render(_ cells: [String], _ fit: ColumnFit) -> [String] {
        let folded = zip(fit.shown, fit.widths).map { column, width in
            let cell = cells[column].printable
            if case .wrapped = columns[column].fold { return cell.folded(to: width, hanging: min(2, width / 4)) }
            return [cell.cut(to: width)]
        }
        return (0..<(folded.map(\.count).max() ?? 0)).map { line in
            zip(zip(fit.shown, fit.widths), folded).map { place, lines in
                let cell = line < lines.count ? lines[line] : ""
                return columns[place.0].alignment == .left ? cell.padded(to: place.1) : cell.right(place.1)
            }.joined(separator: String(repeating: " ", count: Self.gap)).trimmedAtEnd
        }
    }
}
