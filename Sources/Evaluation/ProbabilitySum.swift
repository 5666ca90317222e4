import Glibc

/// Probabilities of classes, added up over what a network, or several, say of each image.
struct ProbabilitySum: Sendable {
    let classCount: Int
    /// How many probabilities of each image there are in the sum.
    private(set) var terms = 0
    /// [images, classes], row-major.
    private var sums: [Double]

    init(images: Int, classCount: Int) {
        self.classCount = classCount
        sums = [Double](repeating: 0, count: images * classCount)
    }

    var imageCount: Int { sums.count / classCount }

    /// Adds the softmax of `scores`, in double precision. Images of one view after another come to the same bits in any order of images.
    mutating func add(_ scores: [Float], to image: Int) {
        let largest = Double(scores.max() ?? 0)
        let powers = scores.map { exp(Double($0) - largest) }
        let sum = powers.reduce(0, +)
        for (place, power) in powers.enumerated() { sums[image * classCount + place] += power / sum }
    }

    mutating func add(_ other: ProbabilitySum) {
        precondition(other.sums.count == sums.count, "\(other.sums.count) probabilities do not fit \(sums.count)")
        for place in sums.indices { sums[place] += other.sums[place] }
        terms += other.terms
    }

    /// Says that each image has been given so many probabilities more.
    mutating func count(_ more: Int) { terms += more }

    /// The most probable class of an image, of equal ones the first.
    func best(of image: Int) -> Int {
        let row = sums[image * classCount..<(image + 1) * classCount]
        return row.indices.reduce(row.startIndex) { row[$1] > row[$0] ? $1 : $0 } - row.startIndex
    }

    /// Over the images that have a label. Nil where none has.
    func score(_ labels: [Int?]) -> EvaluationReport.Score? {
        var (count, firsts, fives, loss) = (0, 0, 0, 0.0)
        for (image, label) in labels.enumerated() {
            guard let label else { continue }
            let row = Array(sums[image * classCount..<(image + 1) * classCount])
            // How many classes are before it, of equal ones the first first.
            let rank = row.indices.count { row[$0] > row[label] || (row[$0] == row[label] && $0 < label) }
            count += 1
            firsts += rank < 1 ? 1 : 0
            fives += rank < 5 ? 1 : 0
            loss -= log(max(row[label] / Double(terms), .leastNormalMagnitude))
        }
        guard count > 0 else { return nil }
        let images = Double(count)
        return EvaluationReport.Score(
            images: count, loss: loss / images, top1: Double(firsts) / images,
            top5: classCount > 5 ? Double(fives) / images : nil)
    }
}
