public import Networks

extension TrainingConfiguration {
    /// The optimizer that the settings describe.
    public var gradientDescent: GradientDescent {
        GradientDescent(form: optimizer, momentum: Float(momentum), weightDecay: Float(weightDecay))
    }

    /// The course of the learning rate over a run of `totalSteps`.
    public func learningRateSchedule(stepsPerEpoch: Int, totalSteps: Int) -> LearningRateSchedule {
        let shape: LearningRateSchedule.Shape =
            switch schedule {
            case .constant: .constant
            case .cosine: .cosine
            case .step: .step(milestones: milestones.map { $0 * stepsPerEpoch }, factor: milestoneFactor)
            }
        return LearningRateSchedule(
            base: learningRate ?? 0, shape: shape, warmupSteps: warmupSteps ?? 0, totalSteps: totalSteps)
    }
}
