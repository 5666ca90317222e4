import Measurement

extension Findings {
    private static let header = [
        "mode", "devices", "cores", "batch", "images/s", "× one core", "efficiency", "× all cores", "× copies",
    ]

    /// All figures as lines of text: medians, with the least and the most in brackets.
    var table: String {
        Study.Growth.allCases.filter { growth in rows.contains { $0.scaling == growth } }.map(table).joined(separator: "\n\n")
    }

    private func table(_ growth: Study.Growth) -> String {
        var lines = [Self.header]
        lines.append(["single", "1", "1", "\(batchSize)", oneCore.range, "1", "1", "", ""])
        for all in allCores where all.scaling == growth && cores > 1 {
            lines.append(
                [
                    "single", "1", "\(cores)", "\(all.batchSize)", all.imagesPerSecond.range, all.speedUp.range,
                    all.speedUp.divided(by: Double(cores)).range, "1", "",
                ])
        }
        for row in rows where row.scaling == growth {
            lines.append(
                [
                    row.mode, "\(row.devices)", "\(row.cores)", "\(row.batchSize)", row.imagesPerSecond.range,
                    row.speedUp.range, row.efficiency.range, row.againstAllCores.range, row.againstCopies.range,
                ])
        }
        let widths = Self.header.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        let title =
            growth == .weak
            ? "\(model), weak scaling: \(batchSize) examples for each device"
            : "\(model), strong scaling: \(batchSize) examples in a step, however many devices"
        let body = lines.map { line in
            line.indices.map { column in
                let gap = String(repeating: " ", count: widths[column] - line[column].count)
                return column == 0 ? line[column] + gap : gap + line[column]
            }.joined(separator: "  ")
        }
        return ([title] + body).joined(separator: "\n")
    }
}
