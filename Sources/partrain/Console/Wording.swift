import Glibc

/// Numbers as people read them.
enum Wording {
    /// `12,345`
    static func grouped(_ value: Int) -> String {
        let digits = Array(String(abs(value)))
        var text = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }

    /// With `places` digits behind the point.
    static func fixed(_ value: Double, _ places: Int) -> String {
        guard !value.isNaN else { return "NaN" }
        let scale = (0..<places).reduce(1) { scale, _ in scale * 10 }
        // Beyond this the digits are more than a whole number of 64 bits has.
        guard value.isFinite, abs(value) < 1e18 / Double(scale) else { return "\(value)" }
        let scaled = Int((abs(value) * Double(scale)).rounded())
        let sign = value < 0 && scaled > 0 ? "-" : ""
        guard places > 0 else { return sign + String(scaled) }
        let fraction = String(scaled % scale)
        return sign + String(scaled / scale) + "." + String(repeating: "0", count: places - fraction.count) + fraction
    }

    /// A loss in at most seven columns: `2.3026`, `23.0259`, `1234.57`, `1.2e+09`.
    static func loss(_ value: Double) -> String {
        guard value.isFinite, abs(value) >= 100 else { return fixed(value, 4) }
        let digits = String(Int(min(abs(value), 1e15))).count
        if digits <= 6 { return fixed(value, 6 - digits) }
        let exponent = Int(log10(abs(value)))
        return fixed(value / pow(10, Double(exponent)), 1) + "e+\(exponent)"
    }

    /// `85.3 %`
    static func percent(_ share: Double) -> String { fixed(share * 100, 1) + " %" }

    /// `4.2 s`, `1 min 05 s`, `2 h 03 min`
    static func duration(_ seconds: Double) -> String {
        guard seconds >= 10, seconds < 1e15 else { return fixed(seconds, 1) + " s" }
        let whole = Int(seconds.rounded())
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60) min \(twoDigits(whole % 60)) s" }
        return "\(whole / 3600) h \(twoDigits(whole / 60 % 60)) min"
    }

    /// `1.3 MiB`
    static func bytes(_ count: Int) -> String {
        var value = Double(count)
        for unit in ["B", "KiB", "MiB", "GiB"] {
            if value < 1024 || unit == "GiB" { return fixed(value, unit == "B" ? 0 : 1) + " " + unit }
            value /= 1024
        }
        return ""
    }

    /// Floating-point operations: `133.2 GFLOP`
    static func work(_ operations: Int) -> String {
        var value = Double(operations)
        for unit in ["FLOP", "kFLOP", "MFLOP", "GFLOP", "TFLOP"] {
            if value < 1000 || unit == "TFLOP" { return fixed(value, unit == "FLOP" ? 0 : 1) + " " + unit }
            value /= 1000
        }
        return ""
    }

    /// Images a second: three digits are enough.
    static func speed(_ imagesPerSecond: Double) -> String {
        imagesPerSecond >= 100 && imagesPerSecond < 1e15
            ? grouped(Int(imagesPerSecond.rounded())) : fixed(imagesPerSecond, 1)
    }

    static func count(_ number: Int, _ noun: String) -> String {
        "\(grouped(number)) \(noun)\(number == 1 ? "" : noun.hasSuffix("tch") ? "es" : "s")"
    }

    private static func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
}

extension String {
    var trimmingLastNewline: String { hasSuffix("\n") ? String(dropLast()) : self }
}
