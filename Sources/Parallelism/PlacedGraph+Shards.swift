import Networks

extension PlacedGraph {
    /// The instructions that are repeated in every turn.
    public var turnInstructions: ArraySlice<PlacedInstruction> { instructions[..<turnInstructionCount] }
    /// The instructions that end the step.
    public var updateInstructions: ArraySlice<PlacedInstruction> { instructions[turnInstructionCount...] }

    /// Throws `ParallelismError.tooFewShards` where a worker would have no shard: nothing is wrong with that, but for the core.
    public func checkThatAllWorkersHaveShards() throws(ParallelismError) {
        let workers = schedule.runs * schedule.groupSize
        guard schedule.shards < workers else { return }
        throw .tooFewShards(schedule.shards, devices: mesh.deviceCount, lanes: mesh.lanes, needed: workers)
    }

    /// How many shards, or blocks of shards, `worker` computes one after another in a step.
    public func turnCount(of worker: Int) -> Int {
        schedule.groups(ofRun: run(mesh.coordinates(of: worker))).count
    }

    /// The summands of a parameter's gradient, where it is summed over the workers of `axes`, that `worker` computes in its
    /// turns, by their places in the tree of all.
    public func summands(axes: [Int], worker: Int) -> (places: Range<Int>, tree: SumTree) {
        let coordinates = mesh.coordinates(of: worker)
        let others = axes.filter { !batchAxes.contains($0) }
        let inner = axes.filter(innerBatchAxes.contains)
        let groups = schedule.groups
        let own = schedule.groups(ofRun: run(coordinates))
        let row = index(along: others + inner, coordinates)
        let rows = extent(of: others + inner)
        return (row * groups + own.lowerBound..<row * groups + own.upperBound, SumTree(count: rows * groups))
    }

    /// The partial sums that `worker` has when its turns are over, in order.
    public func partialSums(axes: [Int], worker: Int) -> [Range<Int>] {
        let summands = summands(axes: axes, worker: worker)
        return summands.tree.nodes(covering: summands.places)
    }

    /// The additions of partial sums that become possible once `worker` has computed its summand of a turn.
    public func additions(axes: [Int], worker: Int, turn: Int) -> [(left: Range<Int>, right: Range<Int>)] {
        let (places, tree) = summands(axes: axes, worker: worker)
        var stack = tree.nodes(covering: places.lowerBound..<places.lowerBound + turn)
        let summand = places.lowerBound + turn
        return tree.push(summand..<summand + 1, on: &stack)
    }

    /// Where the parameters' gradients come to be, and the axes over which they are summed.
    public var gradients: [PlacedID: (parameter: Int, axes: [Int])] {
        var found: [PlacedID: (parameter: Int, axes: [Int])] = [:]
        for case .update(let parameter, let gradient, let axes) in updateInstructions { found[gradient] = (parameter, axes) }
        return found
    }

    /// The instructions that read each tensor in a turn.
    public var consumers: [PlacedID: [Int]] {
        var consumers: [PlacedID: [Int]] = [:]
        for (index, instruction) in turnInstructions.enumerated() {
            for input in instruction.inputs { consumers[input, default: []].append(index) }
        }
        return consumers
    }

    /// The updates in which no other worker has a part, by the instruction of a turn after which nothing reads the parameter
    /// and its gradient is complete, if the turn is the last. None where lanes share a device's parameters.
    public var earlyUpdates: [Int: [Int]] {
        guard mesh.lanes == 1 else { return [:] }
        let consumers = consumers
        var found: [Int: [Int]] = [:]
        for (index, instruction) in instructions.enumerated().dropFirst(turnInstructionCount) {
            guard case .update(let parameter, let gradient, let axes) = instruction, axes.isEmpty,
                let made = turnInstructions.firstIndex(where: { $0.outputs.contains(gradient) })
            else { continue }
            found[max(made, consumers[parameters[parameter]]?.max() ?? made), default: []].append(index)
        }
        return found
    }

    /// The shards of a tensor that is divided along `axes`, the outer ones of the batch axes.
    func shards(along axes: [Int], _ coordinates: [Int], turn: Int) -> Range<Int> {
        precondition(
            axes == Array(batchAxes.prefix(axes.count)),
            "the batch is divided along outer axes first, not along \(axes) of \(batchAxes)")
        let group = schedule.groups(ofRun: run(coordinates)).lowerBound + turn
        let inner = axes.filter(innerBatchAxes.contains)
        let part = schedule.groupSize / extent(of: inner)
        let first = group * schedule.groupSize + index(along: inner, coordinates) * part
        return first..<first + part
    }

    private func run(_ coordinates: [Int]) -> Int {
        index(along: batchAxes.filter { !innerBatchAxes.contains($0) }, coordinates)
    }

    func index(along axes: [Int], _ coordinates: [Int]) -> Int {
        axes.reduce(0) { $0 * mesh.extents[$1] + coordinates[$1] }
    }

    func extent(of axes: [Int]) -> Int {
        axes.reduce(1) { $0 * mesh.extents[$1] }
    }
}
