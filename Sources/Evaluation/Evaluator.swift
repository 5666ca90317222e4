public import Configuration
import Datasets
public import Topology
import Training

/// How good a network is on the validation images of a data set, or several networks together: looked through before anything starts.
public struct Evaluator: Sendable {
    /// What whoever reads the report should know first.
    public let notices: [String]
    /// Of the first weights.
    public let configuration: TrainingConfiguration
    private let request: EvaluationRequest
    private let machine: Machine
    private let classCount: Int

    /// Reads all weights and opens the data of each, to see that they can be evaluated, and together; `run` reads them again, one after
    /// another, so that there is never more in memory than one network.
    ///
    /// Throws the error of the module that cannot do what it is told, and `ConfigurationError` where weights do not tell the same classes
    /// apart.
    public init(_ request: EvaluationRequest, on machine: Machine) throws {
        try request.check()
        self.request = request
        self.machine = machine
        var notices: [String] = []
        var first: (path: String, predictor: Predictor)?
        for path in request.weights {
            for views in Self.passes(request) {
                let predictor = try Self.predictor(path, request, views, on: machine)
                for notice in predictor.notices where !notices.contains(notice) { notices.append(notice) }
                guard let (other, before) = first else {
                    first = (path, predictor)
                    continue
                }
                try Self.check(predictor, path, against: before, other)
            }
        }
        guard let first else { preconditionFailure("a request that was checked has weights") }
        configuration = first.predictor.configuration
        classCount = first.predictor.classCount
        self.notices = notices
    }

    /// Where the devices would sit now, and what they would share with other processes.
    public func corePlacement() throws -> CorePlacement {
        try CoreReservation.look(
            on: machine, devices: configuration.devices ?? 1, coresPerDevice: configuration.coresPerDevice)
    }

    /// Evaluates all weights one after another, on the devices that the settings say.
    ///
    /// The report's bits do not depend on the devices in data mode, where the micro-batches are as many. Throws the first error of the
    /// data or of a device; `ConfigurationError` where no image has a class of the network.
    /// - Parameter warn: told what could not be done with the choice of kernels, and which images are not in order.
    public func run(warn: (String) throws -> Void = { _ in }) async throws -> EvaluationReport {
        var members: [EvaluationReport.Member] = []
        var total: ProbabilitySum?
        var shifted: ProbabilitySum?
        var labels: [Int?] = []
        var reach = (rows: 0, columns: 0)
        for path in request.weights {
            var own: ProbabilitySum?
            for pass in Self.passes(request) {
                let predictor = try Self.predictor(path, request, pass, on: machine)
                let (sum, found) = try await probabilities(predictor, pass, warn)
                if pass.isShifted {
                    add(sum, to: &shifted)
                    reach = try Self.reach(predictor, pass)
                } else {
                    labels = found
                    add(sum, to: &own)
                }
            }
            guard let own, let score = own.score(labels) else { throw nothingToScore() }
            members.append(EvaluationReport.Member(path: path, score: score))
            add(own, to: &total)
        }
        guard let total, let score = total.score(labels) else { throw nothingToScore() }
        return EvaluationReport(
            data: "\(try DatasetSource(parsing: configuration.data))", unscored: labels.count { $0 == nil },
            views: total.terms / members.count, members: members, score: score,
            shift: shifted.map { consistency($0, reach) })
    }

    private func nothingToScore() -> ConfigurationError {
        .contradiction(
            "no image of \(configuration.data) has a class that \(request.weights.joined(separator: ", ")) knows, so there is nothing to "
                + "score; give the --data that the weights were trained for, or others of the same classes")
    }

    private func add(_ sum: ProbabilitySum, to total: inout ProbabilitySum?) {
        if total == nil { total = sum } else { total?.add(sum) }
    }

    // MARK: Passes over the data

    /// How the images are shown once.
    private struct Pass {
        let views: ImageViews
        /// Nil for the size of the weights' own.
        let scale: Int?

        var isShifted: Bool { if case .shiftedPairs = views { true } else { false } }
    }

    private static func passes(_ request: EvaluationRequest) -> [Pass] {
        let scales: [Int?] = request.scales.isEmpty ? [nil] : request.scales
        let plain = scales.map { Pass(views: .crops(request.crops), scale: $0) }
        return request.shiftedPairs > 0
            ? plain + [Pass(views: .shiftedPairs(request.shiftedPairs), scale: scales[0])] : plain
    }

    private static func predictor(
        _ path: String, _ request: EvaluationRequest, _ pass: Pass, on machine: Machine
    ) throws -> Predictor {
        let scale = pass.scale.map { [GivenSetting(name: "resize", value: "\($0)", place: "--scales")] } ?? []
        let predictor = try Predictor(weights: path, given: request.given + scale, views: pass.views, on: machine)
        guard predictor.validation != nil else {
            throw ConfigurationError.contradiction(
                "\(predictor.configuration.data) holds images without classes, which `partrain predict` names; give a data set to evaluate"
            )
        }
        return predictor
    }

    private static func reach(_ predictor: Predictor, _ pass: Pass) throws -> (rows: Int, columns: Int) {
        guard let dataset = predictor.validation else { return (0, 0) }
        return try ViewedDataset(dataset, views: pass.views, inputShape: predictor.inputShape, seed: 0).reach
    }

    /// Softmax of what `predictor` says of each view; of shifted ones each view is kept as if it were an image.
    private func probabilities(
        _ predictor: Predictor, _ pass: Pass, _ warn: (String) throws -> Void
    ) async throws -> (ProbabilitySum, labels: [Int?]) {
        let views = pass.isShifted ? 1 : pass.views.count
        var sum = ProbabilitySum(images: predictor.count / views, classCount: classCount)
        var labels = [Int?](repeating: nil, count: predictor.count / views)
        try await predictor.run(warn: warn) { prediction in
            let image = prediction.index / views
            sum.add(prediction.scores, to: image)
            labels[image] = prediction.label
        }
        for sentence in predictor.imageWarnings.sentences { try warn(sentence) }
        sum.count(views)
        return (sum, labels)
    }

    private func consistency(_ sum: ProbabilitySum, _ reach: (rows: Int, columns: Int)) -> EvaluationReport.ShiftConsistency {
        let pairs = request.shiftedPairs
        let shares = (0..<sum.imageCount / (2 * pairs)).map { image in
            let same = (0..<pairs).count { pair in
                let view = 2 * (image * pairs + pair)
                return sum.best(of: view) == sum.best(of: view + 1)
            }
            return Double(same) / Double(pairs)
        }
        let count = Double(shares.count)
        let mean = shares.reduce(0, +) / count
        let variance = shares.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(count - 1, 1)
        return EvaluationReport.ShiftConsistency(
            share: mean, standardError: (variance / count).squareRoot(), pairs: pairs, rows: reach.rows, columns: reach.columns)
    }

    // MARK: Checks

    /// Weights whose probabilities are averaged tell the same classes apart, in the same order, on the same images.
    private static func check(
        _ predictor: Predictor, _ path: String, against other: Predictor, _ first: String
    ) throws(ConfigurationError) {
        guard predictor.classCount == other.classCount else {
            throw .contradiction(
                "\(first) tells \(other.classCount) classes apart and \(path) \(predictor.classCount): weights that are evaluated together "
                    + "have the same classes; leave one of them out")
        }
        if let place = zip(predictor.classNames, other.classNames).enumerated().first(where: { $1.0 != $1.1 })?.offset {
            throw .contradiction(
                "class \(place) is \(other.classNames[place]) in \(first) and \(predictor.classNames[place]) in \(path): weights that are "
                    + "evaluated together have the same classes in the same order; leave one of them out")
        }
        guard predictor.configuration.data == other.configuration.data else {
            throw .contradiction(
                "\(first) was trained on \(other.configuration.data) and \(path) on \(predictor.configuration.data); say with --data what "
                    + "both are evaluated on")
        }
    }
}
