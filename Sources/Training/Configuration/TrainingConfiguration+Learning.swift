public import Networks

extension TrainingConfiguration {
    /// The optimizer that the settings describe.
    public var gradientDescent: GradientDescent {
        GradientDescent(form: optimizer, momentum: Float(momentum), weightDecay: Float(weightDecay))
    }

    /// The steps of the whole run; those of an epoch where nobody says how long it is.
    ///
    /// Throws `TrainingError.contradiction` where they are more than a run may have.
    func totalSteps(stepsPerEpoch: Int) throws(TrainingError) -> Int {
        switch duration {
        case .steps(let steps): return steps
        case nil: return stepsPerEpoch
        case .epochs(let epochs):
            let most = NumberBounds.steps.range.upperBound
            let (steps, isBeyond) = epochs.multipliedReportingOverflow(by: stepsPerEpoch)
            guard !isBeyond, steps <= most else {
                throw .contradiction(
                    "--epochs \(epochs) of \(stepsPerEpoch) steps each are more than \(most) steps "
                        + "(\(NumberBounds.steps.reason)); give at most --epochs \(most / stepsPerEpoch)")
            }
            return steps
        }
    }

    /// The course of the learning rate over a run of `totalSteps`.
    public func learningRateSchedule(stepsPerEpoch: Int, totalSteps: Int) -> LearningRateSchedule {
        let shape: LearningRateSchedule.Shape =
            switch schedule {
            case .constant: .constant
            case .cosine: .cosine
            case .step:
                .step(
                    // A milestone that is beyond what can be counted is never reached.
                    milestones: milestones.map { milestone in
                        let (step, isBeyond) = milestone.multipliedReportingOverflow(by: stepsPerEpoch)
                        return isBeyond ? .max : step
                    }, factor: milestoneFactor)
            }
        return LearningRateSchedule(
            base: learningRate ?? 0, shape: shape, warmupSteps: warmupSteps ?? 0, totalSteps: totalSteps)
    }
}
