import TextLayout

/// Where text goes. A failure is an error: a pipe whose reader has gone, a full disk.
protocol TextSink {
    /// Whether somebody watches who can see a line change in place.
    var canRewrite: Bool { get }
    /// The columns that a line has room for; nil where lines may be as long as they come: in a file, in a pipe.
    var columns: Int? { get }
    /// The lines that can be seen at once.
    var rows: Int? { get }
    func write(_ text: String) throws
}

extension TextSink {
    /// Writes lines, those that are too long folded.
    func show(_ text: String, hanging: Int = 2) throws {
        try write(folded(text, hanging: hanging).joined(separator: "\n") + "\n")
    }

    /// The lines that a text is written in.
    func folded(_ text: String, hanging: Int = 2, at breaks: String.Breaks = .phrases) -> [String] {
        let lines = text.trimmingLastNewline.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard let columns else { return lines }
        return lines.flatMap { $0.printable.folded(to: columns, hanging: hanging, at: breaks) }
    }
}
