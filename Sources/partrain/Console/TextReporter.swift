import Topology
import Training

/// Text for people: what will run, where the devices sit, a line for each epoch, and what came out. On a terminal a line below
/// shows the progress and is rewritten in place; elsewhere a plain line says it now and then.
final class TextReporter: Reporter {
    private let output: any TextSink
    /// Where warnings go.
    private let warnings: any TextSink
    private var pulse: Pulse
    private var hasProgressLine = false
    private var settings = TrainingConfiguration()
    private var run: RunReport?

    init(output: any TextSink = TextStream.output, warnings: any TextSink = TextStream.error) {
        self.output = output
        self.warnings = warnings
        pulse = Pulse(every: output.isTerminal ? 0.1 : 10)
    }

    func report(_ event: TrainingEvent) throws {
        switch event {
        case .configuration(let configuration): settings = configuration
        case .run(let report):
            run = report
            try warn(report.warnings)
        case .data(let data): try say(RunText.heading(settings, data, run))
        case .summary(let network): try say("\(SummaryText(network))\n")
        case .devices(let devices):
            try say(DevicesText(devices).description)
            try warn(devices.warnings)
        case .kernels(let kernels):
            if let line = RunText.kernels(kernels) { try say(line) }
            try warn(kernels.warnings)
            try say("\n" + EpochText.header)
        case .progress(let progress): try show(progress)
        case .epoch(let epoch): try say(EpochText(epoch).description)
        case .finished(let finished): try say("\n" + RunText.result(finished, run))
        case .saved(let saved): try warn(saved.warnings)
        case .stopped: break
        }
    }

    func end() {
        try? clearProgressLine()
    }

    private func warn(_ texts: [String]) throws {
        for text in texts { try warnings.write("partrain: warning: \(text)\n") }
    }

    private func say(_ text: String) throws {
        try clearProgressLine()
        try output.write(text + "\n")
    }

    private func show(_ progress: ProgressReport) throws {
        guard pulse.beats() || progress.step == progress.totalSteps && output.isTerminal else { return }
        let line = ProgressText(progress)
        if output.isTerminal {
            try output.write("\r\u{1B}[K" + line.bar(width: output.width - 1))
            hasProgressLine = true
        } else {
            try output.write(line.plain + "\n")
        }
    }

    private func clearProgressLine() throws {
        guard hasProgressLine else { return }
        hasProgressLine = false
        try output.write("\r\u{1B}[K")
    }
}
