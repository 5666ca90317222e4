import Tensors

extension DeviceProgram: CustomStringConvertible {
    /// The program as a table, an instruction a line, with what each exchange brings in:
    ///
    ///      #  instruction                           of            result               received
    ///      0  load                                  images        64 × 3 × 227 × 227
    ///      1  convolution 11×11, stride 4           conv1         64 × 48 × 55 × 55
    ///
    /// Where there are several turns, those that read alike stand there once, under a line that counts them.
    public var description: String {
        var rows: [Row] = [Row(cells: ["#", "instruction", "of", "result", "received"])]
        var turns: [[Row]] = (0..<turnCount).map { _ in [] }
        var updates = [Row]()
        for (index, instruction) in instructions.enumerated() {
            let row = Row(cells: [
                String(index), instruction.title, instruction.subject, "\(instruction.output.type.shape)",
                Self.describe(instruction.received),
            ])
            if let turn = instruction.turn { turns[turn].append(row) } else { updates.append(row) }
        }
        var turn = 0
        while turn < turnCount {
            let last = (turn..<turnCount).prefix { Self.readAlike(turns[$0], turns[turn]) }.last ?? turn
            if turnCount > 1 {
                rows.append(Row(heading: (turn == last ? "turn \(turn)" : "turns \(turn) to \(last), each") + ":"))
            }
            rows += turns[turn]
            turn = last + 1
        }
        if turnCount > 1, !updates.isEmpty { rows.append(Row(heading: "after the turns:")) }
        rows += updates
        let total =
            "\(instructions.count) instructions, \(Self.describe(received, or: "nothing")) received from other devices in a step"
        return Self.table(rows) + total + "\n"
    }

    /// A line of the table: cells, or a heading that stands alone.
    private struct Row {
        var cells: [String] = []
        var heading: String?
    }

    private static func readAlike(_ a: [Row], _ b: [Row]) -> Bool {
        zip(a, b).allSatisfy { $0.cells.dropFirst() == $1.cells.dropFirst() }
    }

    private static func describe(_ count: ExchangeCount, or nothing: String = "") -> String {
        guard count.messages > 0 else { return nothing }
        return "\(grouped(count.bytes)) bytes in \(count.messages) message\(count.messages == 1 ? "" : "s")"
    }

    /// `5,537,792`
    private static func grouped(_ number: Int) -> String {
        var text = ""
        for (place, digit) in String(number).reversed().enumerated() {
            if place > 0 && place % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return String(text.reversed())
    }

    private static func table(_ rows: [Row]) -> String {
        let columns = rows[0].cells.indices
        let widths = columns.map { column in rows.map { $0.heading == nil ? $0.cells[column].count : 0 }.max() ?? 0 }
        return rows.map { row in
            if let heading = row.heading { return heading + "\n" }
            let cells = columns.map { column in
                let padding = String(repeating: " ", count: widths[column] - row.cells[column].count)
                return column == 0 ? padding + row.cells[column] : row.cells[column] + padding
            }
            var line = cells.joined(separator: "  ")
            while line.hasSuffix(" ") { line.removeLast() }
            return line + "\n"
        }.joined()
    }
}
