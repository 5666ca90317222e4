/// Which micro-batch a worker computes in which micro-step.
///
/// The batch is cut into S micro-batches of consecutive examples. Where workers never meet before the update (data mode), each has a
/// run of consecutive micro-batches and computes them one after another, a *micro-step* each. Eight of them on three workers:
///
///     micro-step  0   1   2
///     worker 0    0   1   2
///     worker 1    3   4   5
///     worker 2    6   7
///
/// Where some of them gather the batch in the middle of a step (hybrid mode), those share a *group* of consecutive micro-batches in every
/// micro-step, so that what they gather is a run of examples. Eight of them on two lanes of two devices that gather:
///
///     micro-step         0   1
///     lane 0 device 0    0   2
///            device 1    1   3
///     lane 1 device 0    4   6
///            device 1    5   7
///
/// Fewer micro-batches than workers leave the last workers without any; they still update their slices of the parameters.
///
/// Cost of more micro-batches than workers: smaller batches in every kernel, and a pass over the gradient for each micro-step
/// but the first.
public struct MicroBatchSchedule: Sendable, Hashable {
    /// S.
    public let microBatches: Int
    /// Among how many workers the groups are divided.
    public let runs: Int
    /// How many workers share a group, a micro-batch each.
    public let groupSize: Int

    init(microBatches: Int, runs: Int, groupSize: Int) {
        precondition(microBatches % groupSize == 0, "the workers of a group have a micro-batch each")
        self.microBatches = microBatches
        self.runs = runs
        self.groupSize = groupSize
    }

    public var groups: Int { microBatches / groupSize }

    /// The groups of run `run`, one for each micro-step.
    public func groups(ofRun run: Int) -> Range<Int> { BalancedPartition(of: groups, into: runs)[run] }

    /// The examples of the micro-batches `first..<last` of a batch of `batchSize`.
    public func examples(ofMicroBatches microBatches: Range<Int>, batchSize: Int) -> Range<Int> {
        let partition = BalancedPartition(of: batchSize, into: self.microBatches)
        return partition.start(of: microBatches.lowerBound)..<partition.start(of: microBatches.upperBound)
    }
}
