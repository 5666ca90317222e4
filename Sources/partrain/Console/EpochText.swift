import Training

/// One line of the table of epochs.
struct EpochText: CustomStringConvertible {
    private let epoch: EpochReport

    init(_ epoch: EpochReport) {
        self.epoch = epoch
    }

    /// Two lines: the groups of columns, and the columns.
    static let header = """
                 training                      validation
          epoch      loss    top-1    top-5        loss    top-1    top-5   images/s        time
        """

    var description: String {
        "\(epoch.epoch)/\(epoch.epochs)".right(7) + Self.cells(epoch.training, first: 10)
            + (epoch.validation.map { Self.cells($0, first: 12) } ?? "–".right(12) + "–".right(9) + "–".right(9))
            + Wording.speed(epoch.imagesPerSecond).right(11) + Wording.duration(epoch.seconds).right(12)
    }

    private static func cells(_ score: Score, first: Int) -> String {
        Wording.fixed(score.loss, 4).right(first) + Wording.percent(score.top1).right(9) + Wording.percent(score.top5).right(9)
    }
}
