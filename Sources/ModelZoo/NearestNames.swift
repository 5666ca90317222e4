extension ModelZoo {
    /// The known names at the smallest edit distance from `name`, whatever the case of its letters; of several, at most three.
    static func nearestNames(to name: String) -> [String] {
        let distances = names.map { (name: $0, distance: editDistance($0, name.lowercased())) }
        let smallest = distances.map(\.distance).min() ?? 0
        return Array(distances.filter { $0.distance == smallest }.map(\.name).prefix(3))
    }

    /// How many letters must be inserted, removed or exchanged to turn one word into the other.
    /// Source: V. Levenshtein, 1966; row by row of the table of prefixes.
    private static func editDistance(_ a: String, _ b: String) -> Int {
        let b = Array(b)
        var row = Array(0...b.count)
        for (i, letter) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in b.indices {
                let exchanged = diagonal + (letter == b[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(exchanged, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[b.count]
    }
}
