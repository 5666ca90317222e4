/// Changes good files into bad ones, in the ways in which files go bad or are made to lie.
struct Mutator {
    /// Good files, each of which a case may begin with and splice from.
    let corpus: [[UInt8]]
    /// Words of the format.
    let words: [[UInt8]]

    /// No case grows beyond this: more of the same would not find more.
    static let byteLimit = 1 << 16

    /// A changed file: one to eight changes, mostly few.
    func mutated(_ random: inout CaseRandom) -> [UInt8] {
        var bytes = random.element(of: corpus)
        for _ in 0...min(random.below(8), random.below(8)) { change(&bytes, &random) }
        if bytes.count > Self.byteLimit { bytes.removeLast(bytes.count - Self.byteLimit) }
        return bytes
    }

    private func change(_ bytes: inout [UInt8], _ random: inout CaseRandom) {
        guard !bytes.isEmpty else {
            bytes = random.element(of: corpus)
            return
        }
        let place = place(in: bytes, &random)
        switch random.below(words.isEmpty ? 9 : 11) {
        case 0: bytes[place] ^= 1 << random.below(8)
        case 1: bytes[place] = random.element(of: [0, 0x7F, 0x80, 0xFF])
        case 2: bytes[place] = UInt8(random.below(256))
        case 3, 4: overwriteNumber(&bytes, at: place, &random)
        case 5: bytes.removeLast(random.chance(of: 2) ? bytes.count - place : 1 + random.below(min(16, bytes.count)))
        case 6: extend(&bytes, &random)
        case 7: duplicate(&bytes, at: place, &random)
        case 8: splice(&bytes, at: place, &random)
        case 9: bytes.insert(contentsOf: random.element(of: words), at: place)
        default: overwrite(&bytes, at: place, with: random.element(of: words))
        }
    }

    /// Half of the places are in the header, where lies are told.
    private func place(in bytes: [UInt8], _ random: inout CaseRandom) -> Int {
        random.below(random.chance(of: 2) ? min(32, bytes.count) : bytes.count)
    }

    /// Writes an extreme number of one to eight bytes, in either order.
    private func overwriteNumber(_ bytes: inout [UInt8], at place: Int, _ random: inout CaseRandom) {
        let width = random.element(of: [1, 2, 4, 8])
        let values: [UInt64] = [
            0, 1, 2, .max, .max - 1, .max >> 1, .max >> 1 + 1, 1 << 31, 1 << 31 - 1, 1 << 32, 1 << 16 - 1, 1 << 24, 100_000_000,
            UInt64(bytes.count), UInt64(bytes.count) + 1, UInt64(max(bytes.count - 8, 0)),
        ]
        let value = random.element(of: values)
        let little = (0..<width).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
        overwrite(&bytes, at: place, with: random.chance(of: 2) ? little : little.reversed())
    }

    private func overwrite(_ bytes: inout [UInt8], at place: Int, with new: [UInt8]) {
        bytes.replaceSubrange(place..<min(place + new.count, bytes.count), with: new)
    }

    private func extend(_ bytes: inout [UInt8], _ random: inout CaseRandom) {
        let filler = random.element(of: [0, 0xFF, 0x20, UInt8(random.below(256))])
        bytes.append(contentsOf: repeatElement(filler, count: 1 + random.below(random.chance(of: 8) ? 4096 : 16)))
    }

    /// Repeats a run of bytes, now and then very often: what nests, nests deeply.
    private func duplicate(_ bytes: inout [UInt8], at place: Int, _ random: inout CaseRandom) {
        let run = Array(bytes[place..<min(place + 1 + random.below(24), bytes.count)])
        let times = random.chance(of: 6) ? random.below(Self.byteLimit / run.count) : 1 + random.below(4)
        bytes.insert(contentsOf: repeatElement(run, count: times).joined(), at: place)
    }

    private func splice(_ bytes: inout [UInt8], at place: Int, _ random: inout CaseRandom) {
        let other = random.element(of: corpus)
        let start = random.below(other.count)
        let part = other[start..<min(start + 1 + random.below(other.count), other.count)]
        bytes.replaceSubrange(place..<(random.chance(of: 2) ? bytes.count : place), with: part)
    }
}
