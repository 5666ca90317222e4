import Training

/// One JSON object a line on standard output, and nothing else there; warnings go to standard error.
final class JSONReporter: Reporter {
    private let output = TextStream.output
    private var pulse = Pulse(every: 1)

    func report(_ event: TrainingEvent) throws {
        switch event {
        case .progress(let progress):
            let isEdge = progress.stepInEpoch == 1 || progress.stepInEpoch == progress.stepsInEpoch
            guard pulse.beats() || isEdge else { return }
        case .devices(let devices):
            for warning in devices.warnings { try TextStream.error.write("partrain: warning: \(warning)\n") }
        case .kernels(let kernels):
            for warning in kernels.warnings { try TextStream.error.write("partrain: warning: \(warning)\n") }
        case .run(let run):
            for warning in run.warnings { try TextStream.error.write("partrain: warning: \(warning)\n") }
        case .saved(let saved):
            for warning in saved.warnings { try TextStream.error.write("partrain: warning: \(warning)\n") }
        default:
            break
        }
        try output.write("\(event.json)\n")
    }

    func end() {}
}
