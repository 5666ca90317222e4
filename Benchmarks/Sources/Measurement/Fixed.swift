extension Double {
    /// With `places` digits after the point: 1.5 with two is `1.50`.
    public func fixed(_ places: Int) -> String {
        guard isFinite else { return "–" }
        let scale = (0..<places).reduce(1.0) { product, _ in product * 10 }
        let scaled = Int64((magnitude * scale).rounded())
        let digits = String(scaled % Int64(scale))
        let sign = self < 0 && scaled != 0 ? "−" : ""
        let whole = "\(sign)\(scaled / Int64(scale))"
        return places == 0 ? whole : whole + "." + String(repeating: "0", count: places - digits.count) + digits
    }

    /// With three telling digits, or all those before the point: `0.61`, `34.2`, `1204`.
    public var brief: String {
        switch magnitude {
        case 100...: fixed(0)
        case 10...: fixed(1)
        default: fixed(2)
        }
    }
}
