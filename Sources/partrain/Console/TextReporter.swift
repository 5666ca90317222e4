import Topology
import Training

/// Text for people: what will run, where the devices sit, a line for each epoch, and what came out. On a terminal a line below
/// shows the progress and is rewritten in place; elsewhere a plain line says it now and then.
final class TextReporter: Reporter {
    private let output = TextStream.output
    private var pulse: Pulse
    private var hasProgressLine = false
    private var settings = TrainingConfiguration()

    init() {
        pulse = Pulse(every: output.isTerminal ? 0.1 : 10)
    }

    func report(_ event: TrainingEvent) throws(OutputError) {
        switch event {
        case .configuration(let configuration): settings = configuration
        case .data(let data): try say(RunText.heading(settings, data))
        case .summary(let network): try say("\(SummaryText(network))\n")
        case .devices(let devices):
            try say(DevicesText(devices).description)
            for warning in devices.warnings { try TextStream.error.write("partrain: warning: \(warning)\n") }
            try say("\n" + EpochText.header)
        case .progress(let progress): try show(progress)
        case .epoch(let epoch): try say(EpochText(epoch).description)
        case .finished(let finished): try say("\n" + RunText.result(finished))
        }
    }

    func end() {
        try? clearProgressLine()
    }

    private func say(_ text: String) throws(OutputError) {
        try clearProgressLine()
        try output.write(text + "\n")
    }

    private func show(_ progress: ProgressReport) throws(OutputError) {
        guard pulse.beats() || progress.step == progress.totalSteps && output.isTerminal else { return }
        let line = ProgressText(progress)
        if output.isTerminal {
            try output.write("\r\u{1B}[K" + line.bar(width: output.width - 1))
            hasProgressLine = true
        } else {
            try output.write(line.plain + "\n")
        }
    }

    private func clearProgressLine() throws(OutputError) {
        guard hasProgressLine else { return }
        hasProgressLine = false
        try output.write("\r\u{1B}[K")
    }
}
