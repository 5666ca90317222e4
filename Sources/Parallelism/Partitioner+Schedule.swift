import Networks

extension Partitioner {
    /// Decides which worker computes which shard in which turn.
    mutating func schedule(_ wanted: Int?) throws(ParallelismError) {
        // What lives along fewer of the batch axes than the batch is divided by, is gathered along the others.
        let outermost = placed.values.filter(\.isBatched).map { value in
            placed.batchAxes.count { value.placements[$0] == .split(0) }
        }
        placed.innerBatchAxes = Array(placed.batchAxes.dropFirst(outermost.min() ?? placed.batchAxes.count))
        let groupSize = placed.extent(of: placed.innerBatchAxes)
        let workers = placed.extent(of: placed.batchAxes)
        let (devices, lanes) = (placed.mesh.deviceCount, placed.mesh.lanes)
        let shards = wanted ?? workers
        guard shards >= (exchangesWithinTurns ? workers : 1) else {
            throw .tooFewShards(shards, devices: devices, lanes: lanes, needed: workers)
        }
        guard graph.batchSize >= shards else {
            throw shards <= workers
                ? .batchTooSmall(batch: graph.batchSize, devices: devices, lanes: lanes)
                : .moreShardsThanExamples(shards: shards, batch: graph.batchSize)
        }
        let unit = exchangesWithinTurns ? workers : groupSize
        guard shards % unit == 0 else { throw .unevenShards(shards, devices: devices, lanes: lanes, unit: unit) }
        placed.schedule = ShardSchedule(shards: shards, runs: workers / groupSize, groupSize: groupSize)
    }

    /// Whether workers wait for each other within a turn, so that all need equally many.
    private var exchangesWithinTurns: Bool {
        placed.turnInstructions.contains {
            if case .collective(let kind, _, _, _) = $0 { kind != .slice } else { false }
        }
    }
}
