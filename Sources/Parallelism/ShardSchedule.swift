/// Which shard of the batch a worker computes in which turn.
///
/// The batch is cut into S shards of consecutive examples. Where workers never meet before the update (data mode), each has a
/// run of consecutive shards and computes them one after another, a *turn* each. Eight shards on three workers:
///
///              turn 0   turn 1   turn 2
///     worker 0    0        1        2
///     worker 1    3        4        5
///     worker 2    6        7
///
/// Where some of them gather the batch in the middle of a step (hybrid mode), those share a *group* of consecutive shards in every
/// turn, so that what they gather is a run of examples. Eight shards on two lanes of two devices that gather:
///
///                     turn 0   turn 1
///     lane 0 device 0    0        2
///            device 1    1        3
///     lane 1 device 0    4        6
///            device 1    5        7
///
/// Fewer shards than workers leave the last workers without any; they still update their slices of the parameters.
///
/// Cost of more shards than workers: smaller batches in every kernel, and one pass over the gradient for each turn but the first.
public struct ShardSchedule: Sendable, Hashable {
    /// S.
    public let shards: Int
    /// Among how many workers the groups are divided.
    public let runs: Int
    /// How many workers share a group, a shard each.
    public let groupSize: Int

    init(shards: Int, runs: Int, groupSize: Int) {
        precondition(shards % groupSize == 0, "the workers of a group have a shard each")
        self.shards = shards
        self.runs = runs
        self.groupSize = groupSize
    }

    public var groups: Int { shards / groupSize }

    /// The groups of run `run`, one for each turn.
    public func groups(ofRun run: Int) -> Range<Int> { BalancedPartition(of: groups, into: runs)[run] }

    /// The examples of the shards `first..<last` of a batch of `batchSize`.
    public func examples(ofShards shards: Range<Int>, batchSize: Int) -> Range<Int> {
        let partition = BalancedPartition(of: batchSize, into: self.shards)
        return partition.start(of: shards.lowerBound)..<partition.start(of: shards.upperBound)
    }
}
