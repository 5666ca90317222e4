import JSONText
import Training

/// One JSON object a line on standard output, and nothing else there; warnings go to standard error.
final class JSONReporter: Reporter {
    private let output = TextStream.output
    private let warnings = WarningStream()
    private var pulse = Pulse(every: 1)

    func report(_ event: TrainingEvent) throws {
        switch event {
        case .progress(let progress):
            let isEdge = progress.stepInEpoch == 1 || progress.stepInEpoch == progress.stepsInEpoch
            guard pulse.beats() || isEdge else { return }
        case .data(let data):
            for warning in data.warnings { try TextStream.error.write("partrain: warning: \(warning)\n") }
        case .devices(let devices):
            warnings.warn(devices.warnings)
        case .kernels(let kernels):
            warnings.warn(kernels.warnings)
        case .run(let run):
            warnings.warn(run.warnings)
        case .saved(let saved):
            warnings.warn(saved.warnings)
        default:
            break
        }
        try output.write("\(event.json)\n")
    }

    func end() {}
}
