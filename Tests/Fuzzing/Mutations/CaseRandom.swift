/// Random numbers that depend on a campaign's seed, its subject and the case's number alone, so that a case can be repeated by itself.
///
/// Source: G. Steele, D. Lea, C. Flood, "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014 (SplitMix64).
struct CaseRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64, subject: String, number: UInt64) {
        // FNV-1a, so that subjects of one seed do not repeat each other.
        let name = subject.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        state = seed &+ name
        state = next() &+ number
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }

    /// A whole number below `bound`, or 0 if there is none.
    mutating func below(_ bound: Int) -> Int {
        bound > 0 ? Int(next() % UInt64(bound)) : 0
    }

    mutating func chance(of part: Int) -> Bool { below(part) == 0 }

    mutating func element<Element>(of elements: [Element]) -> Element {
        elements[below(elements.count)]
    }
}
