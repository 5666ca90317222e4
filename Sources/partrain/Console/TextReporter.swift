import Configuration
import Datasets
import Sessions
import TextLayout
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
    private var data: DataReport?
    private var hasTop5 = true
    /// The table that stands in the last lines.
    private var epochs: EpochTable?
    /// Lines that were printed before the first step.
    private var lineCount = 0

    init(output: any TextSink = TextStream.output, warnings: any TextSink = WarningStream()) {
        self.output = output
        self.warnings = warnings
        pulse = Pulse(every: output.canRewrite ? 0.1 : 10)
    }

    func report(_ event: TrainingEvent) throws {
        switch event {
        case .configuration(let configuration): settings = configuration
        case .run(let report):
            run = report
            try warn(report.warnings)
        case .data(let report):
            data = report
            try warn(report.warnings)
        case .summary(let network): try open(network)
        case .devices(let devices):
            try say(DevicesText(devices).lines(width: output.columns, room: output.rows.map { $0 - lineCount - Self.rowsBelow }))
            try warn(devices.warnings)
        case .kernels(let kernels):
            if let line = RunText.kernels(kernels, width: output.columns) { try say(line) }
            try warn(kernels.warnings)
            if let head = newHead(epochs: data?.epochs ?? 1) { try say(head) }
        case .progress(let progress): try show(progress)
        case .epoch(let epoch):
            if let head = newHead(epochs: epoch.epochs) { try say(head) }
            if let epochs { try say(epochs.line(epoch)) }
        case .finished(let finished):
            try say("\n" + RunText.result(finished, run, batchSize: settings.batchSize, width: output.columns))
            try warn(finished.imageWarnings.sentences)
        case .saved(let saved): try warn(saved.warnings)
        case .stopped(let stopped): try warn(stopped.imageWarnings.sentences)
        }
    }

    func end() {
        try? clearProgressLine()
    }

    /// What still comes on the first screen after the devices: kernels in two lines, a blank one, the table's head, an epoch and the
    /// progress.
    private static let rowsBelow = 7

    /// On a terminal the network in a few lines, elsewhere layer by layer.
    private func open(_ network: PlacedNetwork) throws {
        hasTop5 = StepResult.hasTop5(ofClasses: network.classCount)
        guard let data else { return }
        let isWatched = output.rows != nil
        try say(RunText.heading(settings, data, run, network: isWatched ? network : nil, width: output.columns))
        if !isWatched { try say("\n" + SummaryText(network).lines(width: output.columns) + "\n\n") }
    }

    /// The head of the table of epochs, where none that fits stands there yet.
    private func newHead(epochs count: Int) -> String? {
        let table = EpochTable(epochs: count, hasTop5: hasTop5, width: output.columns)
        guard table != epochs else { return nil }
        epochs = table
        return "\n" + table.header
    }

    private func warn(_ texts: [String]) throws {
        if !texts.isEmpty { try clearProgressLine() }
        for text in texts { try warnings.showMessage("partrain: warning: \(text)") }
    }

    private func say(_ text: String) throws {
        try clearProgressLine()
        let lines = output.folded(text)
        lineCount += lines.count
        try output.write(lines.joined(separator: "\n") + "\n")
    }

    private func show(_ progress: ProgressReport) throws {
        guard pulse.beats() || progress.step == progress.totalSteps && output.canRewrite else { return }
        let line = ProgressText(progress)
        if output.canRewrite {
            // The last column stays free: there some terminals begin the next line.
            try output.write("\r\u{1B}[K" + line.bar(width: (output.columns ?? 80) - 1))
            hasProgressLine = true
        } else {
            try output.show(line.plain)
        }
    }

    private func clearProgressLine() throws {
        guard hasProgressLine else { return }
        hasProgressLine = false
        try output.write("\r\u{1B}[K")
    }
}
