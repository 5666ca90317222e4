import Configuration
import Parallelism
import Planning
import Sessions
import Topology

extension TrainingLoop {
    func finished(exchangedBytes: Int, weightsSHA256: String, memory: RunMemoryPlan) -> FinishedReport {
        let trainingSeconds = Double(pace.trainingNanoseconds) / 1e9
        return FinishedReport(
            steps: state.step, trainedSteps: stepsHere,
            imagesPerSecond: Double(stepsHere * configuration.batchSize) / max(trainingSeconds, 1e-9),
            training: state.training.score, validation: state.validation?.score, exchangedBytesPerStep: exchangedBytes,
            weightsSHA256: weightsSHA256, microBatches: session.microBatches, kernels: configuration.kernels,
            mode: configuration.mode,
            devices: session.training.mesh.deviceCount, leftOutPerEpoch: plan.leftOutPerEpoch, time: pace.shares,
            trainingSeconds: trainingSeconds, validationSeconds: Double(pace.validationNanoseconds) / 1e9,
            savingSeconds: Double(pace.savingNanoseconds) / 1e9, seconds: pace.secondsSinceStart,
            deviceMemoryBytes: session.memory.reduce(0) { $0 + $1.total }, plannedMemoryBytes: memory.total,
            peakMemoryBytes: ProcessMemory.current.peak)
    }
}
