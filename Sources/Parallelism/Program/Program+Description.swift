import Tensors
import TextLayout

extension Instruction {
    fileprivate var isSumOverBatch: Bool { if case .sumOverBatch = action { true } else { false } }
}

extension Program: CustomStringConvertible {
    public var description: String { table(width: nil) }

    /// The program as a table, an instruction a line, with what each exchange brings in:
    ///
    ///      #  instruction                           of            result               received
    ///      0  load                                  images        64 × 3 × 227 × 227
    ///      1  convolution 11×11, stride 4           conv1         64 × 48 × 55 × 55
    ///
    /// Where there are several micro-steps, those that read alike stand there once, under a line that counts them.
    ///
    /// - Parameter width: columns that a line may have: instructions and what is received are folded, then results are left out. Nil: lines
    ///   are as long as they come.
    public func table(width: Int?) -> String {
        let columns = [
            TextTable.Column("#", alignment: .right), TextTable.Column("instruction", fold: .wrapped(least: 18)),
            TextTable.Column("of", fold: .cut(least: 10)), TextTable.Column("result", rank: 1),
            TextTable.Column("received", fold: .wrapped(least: 15)),
        ]
        var table = TextTable(columns: columns, hasRule: false)
        let segments = segments
        for (number, segment) in segments.enumerated() {
            addRows(of: segment, to: &table, beginsNamed: segments.count > 1 ? "segment \(number + 1), " : "")
        }
        let total =
            "\(instructions.count) instructions, \(Self.describe(received, or: "nothing")) received from other devices in a step"
        let lines = width.map { total.folded(to: $0) } ?? [total]
        return ([table.rendered(width: width)] + lines).joined(separator: "\n") + "\n"
    }

    /// The micro-steps' parts between the sums over the batch, each with what comes once behind it.
    private var segments: [Range<Int>] {
        let ends = instructions.indices.dropLast().filter {
            instructions[$0].isSumOverBatch && !instructions[$0 + 1].isSumOverBatch
        }
        return zip([0] + ends.map { $0 + 1 }, ends.map { $0 + 1 } + [instructions.count]).map { $0..<$1 }
    }

    private func addRows(of segment: Range<Int>, to table: inout TextTable, beginsNamed name: String) {
        let microSteps = (0..<microStepCount).map { microStep in rows(in: segment) { $0 == microStep } }
        var microStep = 0
        while microStep < microStepCount {
            let last =
                (microStep..<microStepCount).prefix { Self.readAlike(microSteps[$0], microSteps[microStep]) }.last ?? microStep
            if microStepCount > 1 {
                let which = microStep == last ? "micro-step \(microStep)" : "micro-steps \(microStep) to \(last), each"
                table.rows.append(.heading(name + which + ":"))
            }
            table.rows += microSteps[microStep].map { .cells($0) }
            microStep = last + 1
        }
        let once = rows(in: segment) { $0 == nil }
        if microStepCount > 1, !once.isEmpty { table.rows.append(.heading("after the micro-steps:")) }
        table.rows += once.map { .cells($0) }
    }

    /// The cells of the instructions of a segment that stand in a wanted micro-step. An update that comes early stands in the last one.
    private func rows(in segment: Range<Int>, where isWanted: (Int?) -> Bool) -> [[String]] {
        let end = (segment.last { instructions[$0].microStep != nil } ?? segment.lowerBound - 1) + 1
        return segment.filter { isWanted(instructions[$0].microStep ?? ($0 < end ? microStepCount - 1 : nil)) }.map { index in
            let instruction = instructions[index]
            return [
                String(index), instruction.title, instruction.subject, instruction.result.map { "\($0.type.shape)" } ?? "",
                Self.describe(instruction.received),
            ]
        }
    }

    private static func readAlike(_ a: [[String]], _ b: [[String]]) -> Bool {
        a.count == b.count && zip(a, b).allSatisfy { $0.dropFirst() == $1.dropFirst() }
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
}
