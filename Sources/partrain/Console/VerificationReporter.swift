import Configuration
import JSONText
import TextLayout
import Training
import Verification

/// Tells the user how a verification goes: a row for each case as it comes, or a JSON object a line. Where somebody watches standard
/// error, a line there says which step of which case is next.
final class VerificationReporter {
    private let isJSON: Bool
    private let output = TextStream.output
    private let progress = WarningStream()
    private var pulse = Pulse(every: 0.2)
    private var hasProgressLine = false
    private var steps = 0
    private var cases = 0
    private var microBatches = 1
    /// As wide as the terminal when the verification began.
    private let table: VerificationTable

    init(json: Bool) {
        isJSON = json
        table = VerificationTable(width: output.columns)
    }

    func report(_ event: VerificationEvent) throws {
        if case .progress(let what, let number, let step) = event {
            show("\(number)/\(cases)  step \(step)/\(steps)  \(what)")
            return
        }
        end()
        if isJSON {
            try output.write("\(event.json)\n")
        }
        switch event {
        case .began(let settings, let source, let steps, let cases):
            (self.steps, self.cases, microBatches) = (steps, cases, settings.microBatches ?? 1)
            if !isJSON {
                let heading = VerificationText.heading(settings, source: source, steps: steps, width: output.columns)
                try output.write(heading + "\n\n" + table.header + "\n")
            }
        case .row(let row):
            if !isJSON { try output.write(table.line(row, microBatches: microBatches) + "\n") }
        case .kernels(let report):
            if !isJSON, let line = RunText.kernels(report, width: output.columns) { try output.write("\n" + line + "\n") }
            progress.warn(report.warnings)
        case .finished(let report):
            if !isJSON { try output.show(VerificationText.result(report, width: output.columns)) }
        case .progress: break
        }
    }

    /// Leaves the terminal in order.
    func end() {
        guard hasProgressLine else { return }
        hasProgressLine = false
        progress.write("\r\u{1B}[K")
    }

    private func show(_ text: String) {
        guard progress.canRewrite, pulse.beats() else { return }
        progress.write("\r\u{1B}[K" + text.cut(to: (progress.columns ?? 80) - 1))
        hasProgressLine = true
    }
}
