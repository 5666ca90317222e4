import Training

/// Tells the user how a verification goes: a row for each case as it comes, or a JSON object a line. Where somebody watches standard
/// error, a line there says which step of which case is next.
final class VerificationReporter {
    private let isJSON: Bool
    private let output = TextStream.output
    private let progress = TextStream.error
    private var pulse = Pulse(every: 0.2)
    private var hasProgressLine = false
    private var steps = 0
    private var cases = 0
    private var shards = 1

    init(json: Bool) {
        isJSON = json
    }

    func report(_ event: VerificationEvent) throws(OutputError) {
        if case .progress(let what, let number, let step) = event {
            try show("\(number)/\(cases)  step \(step)/\(steps)  \(what)")
            return
        }
        end()
        if isJSON {
            try output.write("\(event.json)\n")
        }
        switch event {
        case .began(let settings, let source, let steps, let cases):
            (self.steps, self.cases, shards) = (steps, cases, settings.shards ?? 1)
            if !isJSON { try output.write(VerificationText.heading(settings, source: source, steps: steps) + "\n") }
        case .row(let row):
            if !isJSON { try output.write(VerificationText.line(row, shards: shards) + "\n") }
        case .finished(let report):
            if !isJSON { try output.write(VerificationText.result(report) + "\n") }
        case .progress: break
        }
    }

    /// Leaves the terminal in order.
    func end() {
        guard hasProgressLine else { return }
        hasProgressLine = false
        try? progress.write("\r\u{1B}[K")
    }

    private func show(_ text: String) throws(OutputError) {
        guard progress.isTerminal, pulse.beats() else { return }
        try progress.write("\r\u{1B}[K" + text.prefix(progress.width - 1))
        hasProgressLine = true
    }
}
