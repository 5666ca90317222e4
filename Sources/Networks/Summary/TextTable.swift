/// A table of text with aligned columns, one of which may be wrapped so that the whole keeps to a width.
package struct TextTable {
    package struct Column {
        package enum Alignment {
            case left
            case right
        }

        let title: String
        /// Stands below the title.
        let unit: String
        let alignment: Alignment
        /// Whether long cells continue on further lines.
        let wraps: Bool

        package init(_ title: String, unit: String = "", alignment: Alignment = .left, wraps: Bool = false) {
            self.title = title
            self.unit = unit
            self.alignment = alignment
            self.wraps = wraps
        }
    }

    package var columns: [Column]
    package var rows: [[String]] = []
    /// Stands below a rule, as totals do.
    package var footer: [String] = []

    package init(columns: [Column]) {
        self.columns = columns
    }

    private static let gap = "  "
    /// Below this a wrapped column would be hard to read; rather than that, the table grows.
    private static let leastWrappedWidth = 16

    /// The lines of the table, at most `width` characters each unless its other columns alone fill that.
    package func rendered(width: Int) -> String {
        let heads = [columns.map(\.title)] + (columns.allSatisfy(\.unit.isEmpty) ? [] : [columns.map(\.unit)])
        let body = rows + (footer.isEmpty ? [] : [footer])
        var widths = columns.indices.map { column in (heads + body).map { $0[column].count }.max() ?? 0 }
        if let wrapped = columns.firstIndex(where: \.wraps) {
            let others = widths.reduce(0, +) - widths[wrapped] + Self.gap.count * (columns.count - 1)
            widths[wrapped] = min(widths[wrapped], max(Self.leastWrappedWidth, width - others))
        }
        let rule = String(repeating: "─", count: widths.reduce(0, +) + Self.gap.count * (columns.count - 1))
        var lines = heads.flatMap { render($0, widths) } + [rule] + rows.flatMap { render($0, widths) }
        if !footer.isEmpty { lines += [rule] + render(footer, widths) }
        return lines.joined(separator: "\n")
    }

    /// A row's lines: several where a cell is wrapped.
    private func render(_ cells: [String], _ widths: [Int]) -> [String] {
        let wrapped = zip(cells, columns.indices).map { cell, column in
            columns[column].wraps ? Self.wrap(cell, to: widths[column]) : [cell]
        }
        return (0..<(wrapped.map(\.count).max() ?? 0)).map { line in
            let padded = columns.indices.map { column -> String in
                let cell = line < wrapped[column].count ? wrapped[column][line] : ""
                let padding = String(repeating: " ", count: max(0, widths[column] - cell.count))
                return columns[column].alignment == .left ? cell + padding : padding + cell
            }
            return String(padded.joined(separator: Self.gap).reversed().drop { $0 == " " }.reversed())
        }
    }

    /// The text in lines of at most `width` characters, broken after commas and before plus signs, and where that is not
    /// enough at any space; continued lines are indented.
    private static func wrap(_ text: String, to width: Int) -> [String] {
        var phrases: [String] = []
        for word in text.split(separator: " ").map(String.init) {
            if let last = phrases.last, !last.hasSuffix(","), word != "+", last.count + 1 + word.count + 2 <= width {
                phrases[phrases.count - 1] += " " + word
            } else {
                phrases.append(word)
            }
        }
        var lines = [phrases.first ?? ""]
        for phrase in phrases.dropFirst() {
            let last = lines[lines.count - 1]
            if last.count + 1 + phrase.count <= width {
                lines[lines.count - 1] += " " + phrase
            } else {
                lines.append("  " + phrase)
            }
        }
        return lines
    }
}
