import Tensors

extension DeviceProgram: CustomStringConvertible {
    /// The program as a table, an instruction a line, with what each exchange brings in:
    ///
    ///      #  instruction                           of            result               received
    ///      0  load                                  images        64 × 3 × 227 × 227
    ///      1  convolution 11×11, stride 4           conv1         64 × 48 × 55 × 55
    public var description: String {
        let rows = instructions.enumerated().map { index, instruction in
            [
                String(index), instruction.title, instruction.subject, "\(instruction.output.type.shape)",
                Self.describe(instruction.received),
            ]
        }
        let header = ["#", "instruction", "of", "result", "received"]
        let total =
            "\(instructions.count) instructions, \(Self.describe(received, or: "nothing")) received from other devices in a step"
        return Self.table([header] + rows) + total + "\n"
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

    private static func table(_ rows: [[String]]) -> String {
        let columns = rows[0].indices
        let widths = columns.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = columns.map { column in
                let padding = String(repeating: " ", count: widths[column] - row[column].count)
                return column == 0 ? padding + row[column] : row[column] + padding
            }
            var line = cells.joined(separator: "  ")
            while line.hasSuffix(" ") { line.removeLast() }
            return line + "\n"
        }.joined()
    }
}
