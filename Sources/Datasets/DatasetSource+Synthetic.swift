import ImageFiles
import SyntheticScenes

extension DatasetSource.SyntheticOptions {
    private static let keys = ["classes", "size", "train", "val", "seed", "difficulty"]

    /// Reads `key=value,...`.
    init(parsing text: Substring) throws(DatasetError) {
        self.init()
        for item in text.split(separator: ",") {
            let parts = String(item).split(separator: Character("="), maxSplits: 1, omittingEmptySubsequences: false).map(
                String.init)
            guard parts.count == 2 else {
                throw .unsuitable(problem: "--data synthetic: \(item) has no value", remedy: "write it as \(item)=VALUE")
            }
            try set(parts[0], to: parts[1])
        }
    }

    private mutating func set(_ key: String, to value: String) throws(DatasetError) {
        switch key {
        case "classes": options.classes = try Self.number(key, value, 2...SyntheticDataset.classLimit)
        case "size": options.size = try Self.number(key, value, 8...4096)
        case "train": options.trainingCount = try Self.number(key, value, 1...Self.mostExamples)
        case "val": options.validationCount = try Self.number(key, value, 1...Self.mostExamples)
        case "seed":
            guard let seed = UInt64(value) else { throw Self.malformed(key, value, "a whole number from 0 to \(UInt64.max)") }
            options.seed = seed
        case "difficulty":
            guard let difficulty = SyntheticDifficulty(rawValue: value) else {
                throw Self.malformed(key, value, "one of " + SyntheticDifficulty.allCases.map(\.rawValue).joined(separator: ", "))
            }
            options.difficulty = difficulty
        default:
            let hint = nearestName(to: key, among: Self.keys).map { "did you mean \($0)? " } ?? ""
            throw .unsuitable(
                problem: "--data synthetic has no option \(key)", remedy: "\(hint)it has \(Self.keys.joined(separator: ", "))")
        }
    }

    /// ImageNet's 1.3 million several times over. The order of an epoch's examples is held in memory.
    private static let mostExamples = 10_000_000

    private static func number(_ key: String, _ value: String, _ range: ClosedRange<Int>) throws(DatasetError) -> Int {
        guard let number = Int(value), range.contains(number) else {
            throw malformed(key, value, "a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    private static func malformed(_ key: String, _ value: String, _ wanted: String) -> DatasetError {
        .unsuitable(problem: "--data synthetic: \(key)=\(value) is not understood", remedy: "give \(key)= \(wanted)")
    }
}

/// The one of `names` that `text` is most likely a slip of: at most a third of it changed.
package func nearestName(to text: String, among names: [String]) -> String? {
    names.map { (name: $0, distance: editDistance(text, $0)) }
        .filter { 3 * $0.distance <= max(text.count, $0.name.count) }
        .min { $0.distance < $1.distance }?.name
}

/// How many characters must be put in, taken out or exchanged to turn one word into the other (Levenshtein).
private func editDistance(_ a: String, _ b: String) -> Int {
    let b = Array(b)
    var row = Array(0...b.count)
    for (i, character) in a.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for j in b.indices {
            let change = diagonal + (character == b[j] ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(change, row[j] + 1, row[j + 1] + 1)
        }
    }
    return row[b.count]
}

extension DatasetSource {
    /// What `--data` says, with a number of classes where that is the program's own images and says none: no more than `mostClasses`,
    /// which a network tells apart.
    public static func text(_ data: String, mostClasses: Int) -> String {
        let name = "synthetic"
        guard data == name || data.hasPrefix(name + ":"), mostClasses < SyntheticDataset.Options().classes else { return data }
        let options = data.dropFirst(name.count + 1).split(separator: ",")
        guard !options.contains(where: { $0.hasPrefix("classes=") }) else { return data }
        return name + ":" + (["classes=\(mostClasses)"] + options).joined(separator: ",")
    }
}
