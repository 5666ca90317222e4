import Networks
import Tensors

extension Partitioner {
    /// Decides which worker computes which micro-batch in which micro-step.
    mutating func schedule(_ wanted: Int?) throws(ParallelismError) {
        // What lives along fewer of the batch axes than the batch is divided by, is gathered along the others.
        let outermost = placed.values.filter(\.type.hasExamples).map { value in
            placed.batchAxes.count { value.placements[$0] == .split(0) }
        }
        placed.innerBatchAxes = Array(placed.batchAxes.dropFirst(outermost.min() ?? placed.batchAxes.count))
        let groupSize = placed.extent(of: placed.innerBatchAxes)
        let workers = placed.extent(of: placed.batchAxes)
        let (devices, lanes) = (placed.mesh.deviceCount, placed.mesh.lanes)
        let microBatches = wanted ?? workers
        guard microBatches >= (exchangesWithinMicroSteps ? workers : 1) else {
            throw .tooFewMicroBatches(microBatches, devices: devices, lanes: lanes, needed: workers)
        }
        guard graph.batchSize >= microBatches else {
            throw microBatches <= workers
                ? .batchTooSmall(batch: graph.batchSize, devices: devices, lanes: lanes)
                : .moreMicroBatchesThanExamples(microBatches: microBatches, batch: graph.batchSize)
        }
        let unit = exchangesWithinMicroSteps ? workers : groupSize
        guard microBatches % unit == 0 else {
            throw .unevenMicroBatches(microBatches, devices: devices, lanes: lanes, unit: unit)
        }
        placed.schedule = MicroBatchSchedule(microBatches: microBatches, runs: workers / groupSize, groupSize: groupSize)
    }

    /// Whether workers wait for each other within a micro-step, so that all need equally many.
    private var exchangesWithinMicroSteps: Bool {
        placed.microStepInstructions.contains {
            if case .collective(let kind, _, _, _) = $0 { kind != .slice } else { false }
        }
    }
}
