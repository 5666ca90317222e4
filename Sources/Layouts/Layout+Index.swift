extension Layout {
    /// The index of the element that lies `element` elements from the start of memory: `elementOffset(of:)` turned round.
    /// Nil for padding, and where only the library knows.
    package func index(ofElement element: Int) -> [Int]? {
        guard let digits = digitsByDimension else { return nil }
        var index = [Int](repeating: 0, count: dims.count)
        var rest = element - firstElement
        let places = digits.enumerated().flatMap { dim, digits in
            digits.indices.map { place in
                (dim: dim, digit: digits[place], weight: digits[(place + 1)...].reduce(1) { $0 * $1.count })
            }
        }
        for place in places.filter({ $0.digit.count > 1 }).sorted(by: { $0.digit.stride > $1.digit.stride }) {
            let value = rest / place.digit.stride
            guard (0..<place.digit.count).contains(value) else { return nil }
            index[place.dim] += value * place.weight
            rest -= value * place.digit.stride
        }
        guard rest == 0, zip(index, dims).allSatisfy({ $0 < $1 }) else { return nil }
        return index
    }
}
