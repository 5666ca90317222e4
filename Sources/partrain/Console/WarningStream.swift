import TextLayout

/// Standard error for what a program goes on without: that nobody hears a warning stops nothing.
struct WarningStream: TextSink {
    private let stream = TextStream.error

    var canRewrite: Bool { stream.canRewrite }
    var columns: Int? { stream.columns }
    var rows: Int? { stream.rows }

    func write(_ text: String) {
        try? stream.write(text)
    }

    func warn(_ texts: [String]) {
        for text in texts { try? showMessage("partrain: warning: \(text)") }
    }
}

extension TextSink {
    /// A sentence to a user, folded at words; paths and commands in it stay whole, so that they can be copied.
    func showMessage(_ text: String) throws {
        try write(folded(text, at: .words).joined(separator: "\n") + "\n")
    }
}
