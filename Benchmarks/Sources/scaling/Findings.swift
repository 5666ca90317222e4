import Measurement
import Parallelism

/// A study's answers as plain data: what the table, the plot and the JSON file show.
struct Findings: Codable {
    struct Row: Codable {
        let scaling: Study.Growth
        let mode: String
        let devices: Int
        let cores: Int
        let batchSize: Int
        let imagesPerSecond: Spread
        /// Times one device on one core.
        let speedUp: Spread
        /// Speed-up for each core at work; 1 is ideal.
        let efficiency: Spread
        /// Times one device on all cores.
        let againstAllCores: Spread
        /// Times as many copies that exchange nothing: what is short of 1 is the price of the exchange.
        let againstCopies: Spread
        /// How much faster than one core those copies are together: what the machine itself allows.
        let copiesSpeedUp: Spread
    }

    /// One device on all cores, as the batch that goes with each kind of scaling.
    struct AllCores: Codable {
        let scaling: Study.Growth
        let batchSize: Int
        let imagesPerSecond: Spread
        let speedUp: Spread
    }

    let model: String
    /// Of one device.
    let batchSize: Int
    let cores: Int
    let repeats: Int
    let stepsPerTurn: Int
    let oneCore: Spread
    let allCores: [AllCores]
    let rows: [Row]
    /// What could not run, and why.
    let refused: [String]
    let conclusions: [String]

    /// `nil` where not even one device on one core could run.
    init?(_ study: Study, _ rounds: Rounds, model: String, repeats: Int, stepsPerTurn: Int) {
        guard let first = study.points.first, let oneCore = rounds.spread(first.oneCore) else { return nil }
        self.model = model
        self.repeats = repeats
        self.stepsPerTurn = stepsPerTurn
        self.oneCore = oneCore
        batchSize = study.batchSize
        cores = study.cores
        allCores = Study.Growth.allCases.compactMap { growth in
            guard let point = study.points.first(where: { $0.growth == growth }),
                let rate = rounds.spread(point.allCores), let speedUp = rounds.ratio(point.allCores, to: point.oneCore)
            else { return nil }
            return AllCores(scaling: growth, batchSize: point.allCores.batchSize, imagesPerSecond: rate, speedUp: speedUp)
        }
        rows = study.points.compactMap { Row($0, rounds, cores: study.cores) }
        refused = study.contestants.compactMap { who in rounds.refusals[who].map { "\(who): \($0)" } }
        conclusions = Conclusion.all(from: rows, model: model, batchSize: study.batchSize)
    }
}

extension Findings.Row {
    /// `nil` where one of those compared could not run.
    init?(_ point: Study.Point, _ rounds: Rounds, cores: Int) {
        guard let rate = rounds.spread(point.contestant), let speedUp = rounds.ratio(point.contestant, to: point.oneCore),
            let againstAllCores = rounds.ratio(point.contestant, to: point.allCores),
            let againstCopies = rounds.ratio(point.contestant, to: point.copies),
            let copiesSpeedUp = rounds.ratio(point.copies, to: point.oneCore)
        else { return nil }
        scaling = point.growth
        mode = point.mode.rawValue
        devices = point.devices
        self.cores = min(point.devices, cores)
        batchSize = point.contestant.batchSize
        imagesPerSecond = rate
        self.speedUp = speedUp
        efficiency = speedUp.divided(by: Double(self.cores))
        self.againstAllCores = againstAllCores
        self.againstCopies = againstCopies
        self.copiesSpeedUp = copiesSpeedUp
    }
}
