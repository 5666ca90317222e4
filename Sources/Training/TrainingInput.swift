import Configuration
package import Datasets
import Networks

/// The batches of a run and how many there are, as its settings say.
package struct TrainingInput {
    package let training: BatchPipeline
    /// Nil where nothing is validated.
    package let validation: BatchPipeline?
    let report: DataReport
    package let schedule: LearningRateSchedule
    /// What is saved with the weights.
    let learnt: LearntData

    package init(_ preparation: TrainingPreparation) throws {
        let configuration = preparation.configuration
        let dataset = preparation.dataset
        let resources = configuration.inputResources
        let shape = preparation.network.network.inputShape
        let step = preparation.origin.state.step
        let epochSteps = dataset.exampleCount(.training) / configuration.batchSize
        let start =
            epochSteps > 0 ? BatchPosition(epoch: step / epochSteps, batch: step % epochSteps) : BatchPosition(epoch: 0, batch: 0)
        training = try BatchPipeline(
            dataset, .training, batchSize: configuration.batchSize, inputShape: shape,
            augmentation: configuration.augmentation, normalisation: preparation.learnt.normalisation, seed: configuration.seed,
            startingAt: start,
            resources: resources)
        validation =
            configuration.validates(dataset)
            ? try BatchPipeline(
                dataset, .validation, batchSize: configuration.batchSize, inputShape: shape,
                normalisation: preparation.learnt.normalisation, seed: configuration.seed, resources: resources) : nil

        learnt = preparation.learnt
        let perEpoch = training.batchesPerEpoch
        let total = try configuration.totalSteps(stepsPerEpoch: perEpoch)
        report = DataReport(
            description: "\(preparation.source)", identity: preparation.dataIdentity, inventory: dataset.inventory,
            classCount: dataset.classCount,
            trainingExamples: dataset.exampleCount(.training), validationExamples: dataset.exampleCount(.validation),
            stepsPerEpoch: perEpoch, leftOutPerEpoch: dataset.exampleCount(.training) - training.examplesPerEpoch,
            totalSteps: total, epochs: (total + perEpoch - 1) / perEpoch)
        if case .saved(let run) = preparation.origin { try run.checkLength(report) }
        schedule = configuration.learningRateSchedule(stepsPerEpoch: perEpoch, totalSteps: total)
    }
}
