import Tensors

/// What a golden file holds of a tensor, so that every element counts: `notes` in it say how.
struct GoldenTensor: Decodable {
    struct Noise: Decodable {
        let norm: Double
        let sum: Double
        let run: Double
    }

    /// What its signs depend on.
    let number: Int
    /// Where the signed sums of its runs begin in the file, and how many there are.
    let offset: Int
    let count: Int
    /// Elements of a run.
    let run: Int
    let norm: Double
    let sum: Double
    let noise: Noise

    /// How far a number is from the expected one, in units of what is allowed.
    struct Excess: Comparable, CustomStringConvertible {
        let name: String
        let actual: Double
        let expected: Double
        let share: Double

        /// Stored numbers are rounded to single precision.
        init(_ name: String, _ actual: Double, _ expected: Double, noise: Double) {
            (self.name, self.actual, self.expected) = (name, actual, expected)
            let distance = abs(actual - expected)
            let allowed = noise + 0x1p-24 * abs(expected)
            // Written so that NaN is infinitely far, and two zeros are not.
            share = distance == 0 ? 0 : distance / allowed >= 0 ? distance / allowed : .infinity
        }

        static func < (left: Excess, right: Excess) -> Bool { left.share < right.share }

        var description: String { "\(name) is \(actual), not \(expected): \(share) times what is allowed" }
    }

    /// What is farthest out of a tensor's norm, its sum and the signed sums of its runs.
    func worst(_ values: [Float], since earlier: [Float]? = nil, sums: [Float], factor: Double, seed: UInt64) -> Excess {
        let found = Summary(values, since: earlier, number: number, run: run, seed: seed)
        return worst(found, sums: sums, factor: factor)
    }

    func worst(_ found: Summary, sums: [Float], factor: Double) -> Excess {
        var worst = max(
            Excess("norm", found.norm, norm, noise: factor * noise.norm),
            Excess("sum", found.sum, sum, noise: factor * noise.sum))
        guard found.runs.count == count else {
            return Excess("number of runs", Double(found.runs.count), Double(count), noise: 0)
        }
        for (index, actual) in found.runs.enumerated() {
            let place = index * run
            worst = max(
                worst,
                Excess(
                    "signed sum of elements \(place)..<\(place + run)", actual, Double(sums[offset + index]),
                    noise: factor * noise.run))
        }
        return worst
    }

    /// As stored, for comparison with another.
    func summary(sums: [Float]) -> Summary {
        Summary(norm: norm, sum: sum, runs: sums[offset..<offset + count].map(Double.init))
    }

    /// The numbers of a tensor, or of its change.
    struct Summary {
        var norm = 0.0
        var sum = 0.0
        var runs: [Double] = []

        init(norm: Double, sum: Double, runs: [Double]) {
            (self.norm, self.sum, self.runs) = (norm, sum, runs)
        }

        /// - Parameter earlier: what is taken from the values first.
        init(_ values: [Float], since earlier: [Float]? = nil, number: Int, run: Int, seed: UInt64) {
            let random = RandomSource(seed: seed, purpose: .synthesis, stream: 2)
            let earlier = earlier ?? []
            var (squares, word) = (0.0, UInt32(0))
            for start in stride(from: 0, to: values.count, by: run) {
                var signed = 0.0
                for index in start..<min(values.count, start + run) {
                    if index & 31 == 0 || index == start { word = random.word(step: number, index: index >> 5) }
                    let value = Double(values[index]) - (earlier.isEmpty ? 0 : Double(earlier[index]))
                    sum += value
                    squares += value * value
                    signed += word >> UInt32(index & 31) & 1 == 0 ? value : -value
                }
                runs.append(signed)
            }
            norm = squares.squareRoot()
        }
    }
}
