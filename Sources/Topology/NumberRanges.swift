extension [Int] {
    /// Ascending numbers in the way `taskset` writes them: `0-3,8`, and `16-30:2` for every second one.
    package var ranges: String {
        var parts: [String] = []
        var start = 0
        while start < count {
            let step = start + 1 < count ? self[start + 1] - self[start] : 1
            var end = start
            while end + 1 < count && self[end + 1] - self[end] == step { end += 1 }
            // Two numbers with a gap between them are no progression yet.
            if step != 1 && end - start < 2 { end = start }
            let range = "\(self[start])-\(self[end])"
            parts.append(end == start ? "\(self[start])" : step == 1 ? range : "\(range):\(step)")
            start = end + 1
        }
        return parts.joined(separator: ",")
    }
}
