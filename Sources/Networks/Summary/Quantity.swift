/// A unit that a column of numbers is printed in.
struct Quantity {
    /// `GFLOP`, `MiB`
    let name: String
    let size: Double

    /// The unit for floating-point operations: the largest of which there is at least one in `largest`.
    static func work(largest: Int) -> Quantity {
        fitting(largest, [("TFLOP", 1e12), ("GFLOP", 1e9), ("MFLOP", 1e6), ("kFLOP", 1e3), ("FLOP", 1)])
    }

    /// The unit for bytes: the largest of which there is at least one in `largest`.
    static func memory(largest: Int) -> Quantity {
        fitting(largest, [("GiB", 0x1p30), ("MiB", 0x1p20), ("KiB", 0x1p10), ("B", 1)])
    }

    private static func fitting(_ largest: Int, _ units: [(name: String, size: Double)]) -> Quantity {
        let unit = units.first { Double(largest) >= $0.size } ?? units[units.count - 1]
        return Quantity(name: unit.name, size: unit.size)
    }

    /// `1,234.56`; without a fraction where the unit is the smallest; nothing for nothing.
    func format(_ value: Int) -> String {
        guard value > 0 else { return "" }
        guard size > 1 else { return Self.grouped(value) }
        let hundredths = Int((Double(value) / size * 100).rounded())
        let fraction = hundredths % 100
        return Self.grouped(hundredths / 100) + (fraction < 10 ? ".0\(fraction)" : ".\(fraction)")
    }

    /// `60,965,224`. The value is not negative.
    static func grouped(_ value: Int) -> String {
        let digits = Array(String(value))
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }
}
