import Checkpoints

/// A row of a run's metrics: some steps', and every epoch's.
struct MetricsRow {
    let step: Int
    let values: [MetricValue]

    /// Of the columns after the step. Of a step, the loss is the step's; of an epoch, the mean over its steps.
    static let columns = [
        "event", "epoch", "learning_rate", "loss", "training_top1", "training_top5", "validation_loss", "validation_top1",
        "validation_top5", "images_per_second", "seconds",
    ]

    /// Steps between two rows.
    private static let interval = 50

    /// Nil for events that measure nothing. The last step of an epoch has the epoch's row.
    init?(_ event: TrainingEvent) {
        switch event {
        case .progress(let report):
            guard report.step % Self.interval == 0, report.stepInEpoch < report.stepsInEpoch else { return nil }
            step = report.step
            values = [
                .text("step"), .integer(report.epoch), .number(report.learningRate), .number(report.loss), .none, .none, .none,
                .none, .none, .number(report.imagesPerSecond), .none,
            ]
        case .epoch(let report):
            step = report.step
            let (training, validation) = (report.training, report.validation)
            values = [
                .text("epoch"), .integer(report.epoch), .none, .number(training.loss), .number(training.top1),
                MetricValue(training.top5), MetricValue(validation?.loss), MetricValue(validation?.top1),
                MetricValue(validation?.top5), .number(report.imagesPerSecond), .number(report.seconds),
            ]
        default:
            return nil
        }
    }
}

extension MetricValue {
    fileprivate init(_ value: Double?) { self = value.map(MetricValue.number) ?? .none }
}
