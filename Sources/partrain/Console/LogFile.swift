import Checkpoints

/// The file of a run's folder that keeps what the console showed.
struct LogFile: TextSink {
    private let file: LineFile

    init(_ file: LineFile) {
        self.file = file
    }

    var canRewrite: Bool { false }
    var columns: Int? { nil }
    var rows: Int? { nil }

    func write(_ text: String) throws {
        for line in text.trimmingLastNewline.split(separator: "\n", omittingEmptySubsequences: false) {
            try file.append(String(line))
        }
    }
}
