import Datasets
import Devices
import Execution
import Glibc
import Parallelism

/// A run under way: where it is, and what it has measured.
struct TrainingCourse {
    private let configuration: TrainingConfiguration
    private let input: TrainingInput
    private let session: TrainingSession
    private var pace = Pace()
    /// Summed over workers and steps.
    private var clock: StepClock?
    private var step = 0
    private var training = ScoreSum().score
    private var validation: Score?

    init(_ configuration: TrainingConfiguration, input: TrainingInput, session: TrainingSession) {
        self.configuration = configuration
        self.input = input
        self.session = session
    }

    private var plan: DataReport { input.report }

    mutating func run(report: (TrainingEvent) throws -> Void) async throws {
        for epoch in 1...plan.epochs {
            let began = monotonicNanoseconds()
            let trained = pace.trainingNanoseconds
            let steps = min(plan.stepsPerEpoch, plan.totalSteps - step)
            var sum = ScoreSum()
            for stepInEpoch in 1...steps {
                let (result, rate) = try await trainStep()
                sum.add(result)
                try report(.progress(progress(epoch, stepInEpoch, of: steps, result, rate)))
            }
            training = sum.score
            let trainingSeconds = Double(pace.trainingNanoseconds - trained) / 1e9
            let isDue = isValidationDue(after: epoch)
            if isDue { try await validate() }
            try report(
                .epoch(
                    EpochReport(
                        epoch: epoch, epochs: plan.epochs, step: step, training: training, validation: isDue ? validation : nil,
                        imagesPerSecond: Double(steps * configuration.batchSize) / max(trainingSeconds, 1e-9),
                        seconds: Double(monotonicNanoseconds() - began) / 1e9)))
        }
    }

    // MARK: Steps

    private mutating func trainStep() async throws -> (StepResult, rate: Double) {
        let began = monotonicNanoseconds()
        let batch = try await input.training.next()
        let ready = monotonicNanoseconds()
        let rate = input.schedule[step]
        let result: StepResult
        do {
            result = try await session.train(on: batch, step: step, learningRate: Float(rate))
        } catch let error as ExecutionError {
            throw TrainingError.ending(error, learningRate: configuration.learningRate ?? rate)
        }
        batch.release()
        step += 1
        for worker in session.clocks { clock = clock.map { $0 + worker } ?? worker }
        pace.noteStep(nanoseconds: monotonicNanoseconds() - began, input: ready - began)
        return (result, rate)
    }

    private func progress(
        _ epoch: Int, _ stepInEpoch: Int, of steps: Int, _ result: StepResult, _ rate: Double
    ) -> ProgressReport {
        let validationsLeft = (epoch...plan.epochs).count { isValidationDue(after: $0) }
        return ProgressReport(
            epoch: epoch, epochs: plan.epochs, stepInEpoch: stepInEpoch, stepsInEpoch: steps, step: step,
            totalSteps: plan.totalSteps, loss: result.loss, learningRate: rate,
            imagesPerSecond: pace.imagesPerSecond(batchSize: configuration.batchSize),
            secondsLeft: pace.secondsLeft(stepsLeft: plan.totalSteps - step, validationsLeft: validationsLeft))
    }

    // MARK: Validation

    private func isValidationDue(after epoch: Int) -> Bool {
        input.validation != nil && (epoch % configuration.evaluateEvery == 0 || epoch == plan.epochs)
    }

    private mutating func validate() async throws {
        guard let pipeline = input.validation else { return }
        let began = monotonicNanoseconds()
        var sum = ScoreSum()
        for _ in 0..<pipeline.batchesPerEpoch {
            let batch = try await pipeline.next()
            sum.add(try await session.evaluate(on: batch))
            batch.release()
        }
        validation = sum.score
        pace.noteValidation(nanoseconds: monotonicNanoseconds() - began)
    }

    // MARK: The end

    func finished(exchangedBytes: Int, weightsSHA256: String) -> FinishedReport {
        let trainingSeconds = Double(pace.trainingNanoseconds) / 1e9
        return FinishedReport(
            steps: step, imagesPerSecond: Double(step * configuration.batchSize) / max(trainingSeconds, 1e-9),
            training: training, validation: validation, exchangedBytesPerStep: exchangedBytes, weightsSHA256: weightsSHA256,
            time: TimeShares(
                clock: clock, workers: session.training.mesh.workerCount, inputNanoseconds: pace.inputNanoseconds,
                wallNanoseconds: pace.trainingNanoseconds),
            trainingSeconds: trainingSeconds, validationSeconds: Double(pace.validationNanoseconds) / 1e9,
            seconds: pace.secondsSinceStart, deviceMemoryBytes: session.memory.reduce(0) { $0 + $1.total },
            peakMemoryBytes: Self.peakMemoryBytes)
    }

    /// The largest resident size of this process so far, which Linux tells in KiB.
    private static var peakMemoryBytes: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return usage.ru_maxrss * 1024
    }
}
