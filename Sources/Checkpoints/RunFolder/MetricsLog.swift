import JSONText

/// What a run has measured, step by step: the same rows as `metrics.jsonl` and as `metrics.csv`.
///
/// Rows come in the order of their steps. For a run that is interrupted and resumed to end with the rows of one that was not,
/// write the rows of a step, `flush()`, and only then save the checkpoint of that step.
public final class MetricsLog: Sendable {
    /// The columns after `step`, which is the first.
    public let columns: [String]
    private let json: LineFile
    private let csv: LineFile

    /// Opens or makes the two files in `folder`. Rows of steps after `lastStep` are cut off, and so is a torn last row.
    ///
    /// Throws `unsuitable` where the CSV file has other columns.
    public init(
        folder: String, columns: [String], keepingThrough lastStep: Int, files: any FileSystem = SystemFiles()
    ) throws(CheckpointError) {
        precondition(!columns.contains("step") && Set(columns).count == columns.count, "each column has a name of its own")
        self.columns = columns
        json = try LineFile(path: folder.appending(component: "metrics.jsonl"), files: files) { _, line in
            Self.step(of: line, after: "{\"step\":").map { $0 <= lastStep } ?? false
        }
        let header = (["step"] + columns).map(MetricValue.csv).joined(separator: ",")
        var foundHeader = header
        csv = try LineFile(path: folder.appending(component: "metrics.csv"), files: files) { number, line in
            if number == 0 {
                foundHeader = line
                return true
            }
            return Self.step(of: line, after: "").map { $0 <= lastStep } ?? false
        }
        guard foundHeader == header else {
            throw .unsuitable(
                path: csv.path, problem: "has other columns than this program writes", remedy: "move it elsewhere, then resume")
        }
        if csv.isEmpty { try csv.append(header) }
    }

    /// Writes the row of a step: one value for each column.
    public func append(step: Int, _ values: [MetricValue]) throws(CheckpointError) {
        precondition(values.count == columns.count, "\(values.count) values for \(columns.count) columns")
        let members = zip(columns, values).map { "," + JSONString.quoted($0) + ":" + $1.json }
        try json.append("{\"step\":\(step)" + members.joined() + "}")
        try csv.append((["\(step)"] + values.map(\.csv)).joined(separator: ","))
    }

    /// Returns when all rows have reached the disk.
    public func flush() throws(CheckpointError) {
        try json.flush()
        try csv.flush()
    }

    /// The number that follows `prefix` at the begin of a line, up to a comma or a brace.
    private static func step(of line: String, after prefix: String) -> Int? {
        guard line.hasPrefix(prefix) else { return nil }
        return Int(line.dropFirst(prefix.count).prefix { $0 != "," && $0 != "}" })
    }
}
