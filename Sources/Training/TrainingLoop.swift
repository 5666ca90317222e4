import Configuration
import Datasets
import Devices
import Glibc
import Parallelism
import Planning
import Sessions

/// A run under way: where it is, and what it has measured.
struct TrainingLoop {
    let configuration: TrainingConfiguration
    let input: TrainingInput
    let session: TrainingSession
    let record: RunRecord?
    let stop: StopRequest
    /// Where it is, so that another process could go on.
    private(set) var state: RunState
    var pace = Pace()
    /// Steps that this process has trained.
    private(set) var stepsHere = 0
    private var epochPace: EpochPace
    var lastSave = LastSave()

    init(
        _ configuration: TrainingConfiguration, input: TrainingInput, session: TrainingSession, from state: RunState,
        record: RunRecord?, stop: StopRequest
    ) {
        self.configuration = configuration
        self.input = input
        self.session = session
        self.record = record
        self.stop = stop
        self.state = state
        epochPace = EpochPace(pace)
    }

    var plan: DataReport { input.report }

    /// Trains from where the run is to its end.
    ///
    /// Throws `TrainingError.stopped` when a stop is asked for, after the run was saved as of its last whole step.
    mutating func run(report: (TrainingEvent) throws -> Void) async throws {
        while true {
            // Also first of all: a run may have been stopped between an epoch's last step and its end.
            if isEpochOver { try await endEpoch(report) }
            guard state.step < plan.totalSteps else { return }
            if stop.isRequested { try await saveAndStop(report) }
            let (result, rate): (StepResult, Double)
            do {
                (result, rate) = try await trainStep()
            } catch ExecutionError.stalled(let stall) {
                // The error at hand says more than one of the disk's would.
                if session.hasWholeParameters { try? await save(isBest: false, report) }
                throw ExecutionError.stalled(stall)
            }
            try report(.progress(progress(result, rate)))
            if !isEpochOver, isSaveDue { try await save(isBest: false, report) }
        }
    }

    // MARK: Steps

    private mutating func trainStep() async throws -> (StepResult, rate: Double) {
        let began = monotonicNanoseconds()
        let batch = try await input.training.next()
        let ready = monotonicNanoseconds()
        let rate = input.schedule[state.step]
        let result: StepResult
        do {
            result = try await session.train(on: batch, step: state.step, learningRate: Float(rate))
        } catch let error as ExecutionError {
            throw TrainingError.ending(error, learningRate: configuration.learningRate ?? rate)
        }
        batch.release()
        // The partial last epoch of a shorter run goes on to grow here, when that run is made longer.
        if state.step % plan.stepsPerEpoch == 0 { state.epoch = MetricSum() }
        state.epoch.add(result)
        state.step += 1
        stepsHere += 1
        pace.noteStep(nanoseconds: monotonicNanoseconds() - began, input: ready - began, clocks: session.clocks)
        return (result, rate)
    }

    private func progress(_ result: StepResult, _ rate: Double) -> ProgressReport {
        let before = (epoch - 1) * plan.stepsPerEpoch
        let validationsLeft = input.validation == nil ? 0 : validations(from: epoch)
        return ProgressReport(
            epoch: epoch, epochs: plan.epochs, stepInEpoch: state.step - before,
            stepsInEpoch: min(plan.stepsPerEpoch, plan.totalSteps - before), step: state.step,
            totalSteps: plan.totalSteps, loss: result.loss, learningRate: rate,
            imagesPerSecond: pace.imagesPerSecond(batchSize: configuration.batchSize),
            secondsLeft: pace.secondsLeft(stepsLeft: plan.totalSteps - state.step, validationsLeft: validationsLeft))
    }

    // MARK: Ends of epochs

    /// Of the last step, from 1.
    private var epoch: Int { max(0, state.step - 1) / plan.stepsPerEpoch + 1 }

    /// Whether an epoch, or the run, has all its steps, but has not been validated and told yet.
    var isEpochOver: Bool {
        state.step > state.evaluatedStep && (state.step % plan.stepsPerEpoch == 0 || state.step == plan.totalSteps)
    }

    private mutating func endEpoch(_ report: (TrainingEvent) throws -> Void) async throws {
        let speed = epochPace.imagesPerSecond(pace, batchSize: configuration.batchSize)
        let validation = isValidationDue(after: epoch) ? try await validate(report) : nil
        let isBest = validation.map { state.note($0) } ?? false
        state.training = state.epoch
        state.evaluatedStep = state.step
        try report(
            .epoch(
                EpochReport(
                    epoch: epoch, epochs: plan.epochs, step: state.step, training: state.training.score,
                    validation: validation?.score, imagesPerSecond: speed, seconds: epochPace.seconds)))
        epochPace = EpochPace(pace)
        if isBest || isSaveDue { try await save(isBest: isBest, report) }
    }

    /// How many epochs from `first` to the last end with a validation, counted without going through them: this is asked in every step.
    private func validations(from first: Int) -> Int {
        let every = configuration.evaluateEvery
        return plan.epochs / every - (first - 1) / every + (plan.epochs % every == 0 ? 0 : 1)
    }

    private func isValidationDue(after epoch: Int) -> Bool {
        input.validation != nil && (epoch % configuration.evaluateEvery == 0 || epoch == plan.epochs)
    }

    private mutating func validate(_ report: (TrainingEvent) throws -> Void) async throws -> MetricSum? {
        guard let pipeline = input.validation else { return nil }
        let began = monotonicNanoseconds()
        pipeline.position = BatchPosition(epoch: 0, batch: 0)
        let validated = try await session.withAveragedWeights { () async throws -> MetricSum? in
            var sum = MetricSum()
            for _ in 0..<pipeline.batchesPerEpoch {
                // What was validated so far is dropped: the run goes on with the whole pass.
                guard !stop.isRequested else { return nil }
                let batch = try await pipeline.next()
                do {
                    sum.add(try await session.evaluate(on: batch, afterStep: state.step))
                } catch let error as ExecutionError {
                    throw TrainingError.ending(error, learningRate: configuration.learningRate ?? input.schedule[state.step - 1])
                }
                batch.release()
            }
            return sum
        }
        guard let sum = validated else { try await saveAndStop(report) }
        pace.noteValidation(nanoseconds: monotonicNanoseconds() - began)
        return sum
    }
}
