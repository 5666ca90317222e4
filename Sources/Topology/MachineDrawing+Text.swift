extension String {
    /// This text with blanks behind it up to `width` columns.
    func padded(to width: Int) -> String { self + String(repeating: " ", count: Swift.max(0, width - count)) }

    /// This text, broken after commas.
    func lines(ofAtMost width: Int) -> [String] {
        var lines = [""]
        for part in split(separator: ",") {
            let text = lines == [""] ? String(part) : ",\(part)"
            if lines[lines.count - 1].count + text.count + 1 <= width {
                lines[lines.count - 1] += text
            } else {
                lines[lines.count - 1] += ","
                lines.append(String(part))
            }
        }
        return lines
    }
}

extension UInt64 {
    /// Bytes in the largest binary unit that leaves at least one, to a tenth below ten: `1.5 GiB`, `32 MiB`.
    var binaryUnits: String {
        var value = Double(self)
        var unit = 0
        let names = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
        while value >= 1024 && unit < names.count - 1 {
            value /= 1024
            unit += 1
        }
        return "\(value < 10 ? value.formatted : String(Int(value.rounded()))) \(names[unit])"
    }
}

extension Double {
    /// To a tenth, which is left out where it is zero.
    var formatted: String {
        let tenths = Int((self * 10).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
    }
}

extension Array where Element: Hashable {
    /// Each element once, in the order of its first appearance.
    var uniqued: [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
