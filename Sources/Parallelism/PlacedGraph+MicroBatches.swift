import Networks

extension PlacedGraph {
    /// The instructions that are repeated in every micro-step.
    public var microStepInstructions: ArraySlice<PlacedInstruction> { instructions[..<microStepInstructionCount] }
    /// The instructions that end the step.
    public var updateInstructions: ArraySlice<PlacedInstruction> { instructions[microStepInstructionCount...] }

    /// Throws `ParallelismError.tooFewMicroBatches` where a worker would have no micro-batch: nothing is wrong with that, but for the core.
    public func checkThatAllWorkersHaveMicroBatches() throws(ParallelismError) {
        let workers = schedule.runs * schedule.groupSize
        guard schedule.microBatches < workers else { return }
        throw .tooFewMicroBatches(schedule.microBatches, devices: mesh.deviceCount, lanes: mesh.lanes, needed: workers)
    }

    /// How many micro-batches, or blocks of micro-batches, `worker` computes one after another in a step.
    public func microStepCount(of worker: Int) -> Int {
        schedule.groups(ofRun: run(mesh.coordinates(of: worker))).count
    }

    /// The terms of a parameter's gradient, where it is summed over the workers of `axes`, that `worker` computes in its
    /// micro-steps, by their places in the tree of all.
    public func terms(axes: [Int], worker: Int) -> (places: Range<Int>, tree: SumTree) {
        let coordinates = mesh.coordinates(of: worker)
        let others = axes.filter { !batchAxes.contains($0) }
        let inner = axes.filter(innerBatchAxes.contains)
        let groups = schedule.groups
        let own = schedule.groups(ofRun: run(coordinates))
        let row = index(along: others + inner, coordinates)
        let rows = extent(of: others + inner)
        return (row * groups + own.lowerBound..<row * groups + own.upperBound, SumTree(count: rows * groups))
    }

    /// The partial sums that `worker` has when its micro-steps are over, in order.
    public func partialSums(axes: [Int], worker: Int) -> [Range<Int>] {
        let terms = terms(axes: axes, worker: worker)
        return terms.tree.nodes(covering: terms.places)
    }

    /// The additions of partial sums that become possible once `worker` has computed its term of a micro-step.
    public func additions(axes: [Int], worker: Int, microStep: Int) -> [(left: Range<Int>, right: Range<Int>)] {
        let (places, tree) = terms(axes: axes, worker: worker)
        var stack = tree.nodes(covering: places.lowerBound..<places.lowerBound + microStep)
        let term = places.lowerBound + microStep
        return tree.push(term..<term + 1, on: &stack)
    }

    /// What is summed over the micro-batches, and the axes over which workers' sums are: the parameters' gradients, where they come to be, and
    /// what the step itself needs sums of. A tensor may be both.
    public var summed: [PlacedID: [(sum: BatchSum, axes: [Int])]] {
        var found: [PlacedID: [(sum: BatchSum, axes: [Int])]] = [:]
        for case .update(let parameter, let gradient, let axes) in updateInstructions {
            found[gradient, default: []].append((.gradient(parameter: parameter), axes))
        }
        for case .sumOverBatch(_, let axes, let input, _) in microStepInstructions {
            found[input, default: []].append((.statistic(input), axes))
        }
        return found
    }

    /// The sums over the batch that the step itself needs: the same in all micro-steps.
    public var batchSums: Set<PlacedID> {
        Set(
            microStepInstructions.flatMap { instruction -> [PlacedID] in
                if case .sumOverBatch = instruction { instruction.outputs } else { [] }
            })
    }

    /// The micro-step in the pieces that all micro-batches have to be through before any goes on: what is repeated, and the sums over the
    /// batch that stand once behind it; none behind the last piece.
    var segments: [(repeated: Range<Int>, sums: Range<Int>)] {
        var segments: [(repeated: Range<Int>, sums: Range<Int>)] = [(0..<0, 0..<0)]
        for (index, instruction) in microStepInstructions.enumerated() {
            let (repeated, sums) = segments[segments.count - 1]
            if case .sumOverBatch = instruction {
                segments[segments.count - 1].sums = (sums.isEmpty ? index : sums.lowerBound)..<index + 1
            } else if sums.isEmpty {
                segments[segments.count - 1].repeated = repeated.lowerBound..<index + 1
            } else {
                segments.append((index..<index + 1, index + 1..<index + 1))
            }
        }
        return segments
    }

    /// The instructions that read each tensor in a micro-step.
    public var consumers: [PlacedID: [Int]] {
        var consumers: [PlacedID: [Int]] = [:]
        for (index, instruction) in microStepInstructions.enumerated() {
            for input in instruction.inputs { consumers[input, default: []].append(index) }
        }
        return consumers
    }

    /// The updates in which no other worker has a part, by the instruction of a micro-step after which nothing reads the parameter
    /// and its gradient is complete, if the micro-step is the last. None where lanes share a device's parameters.
    public var earlyUpdates: [Int: [Int]] {
        // Norms are those of all gradients.
        guard mesh.lanes == 1, !updateInstructions.contains(where: { if case .norms = $0 { true } else { false } }) else {
            return [:]
        }
        let consumers = consumers
        var found: [Int: [Int]] = [:]
        for (index, instruction) in instructions.enumerated().dropFirst(microStepInstructionCount) {
            guard case .update(let parameter, let gradient, let axes) = instruction, axes.isEmpty,
                let made = microStepInstructions.firstIndex(where: { $0.outputs.contains(gradient) })
            else { continue }
            found[max(made, consumers[parameters[parameter]]?.max() ?? made), default: []].append(index)
        }
        return found
    }

    /// The micro-batches of a tensor that is divided along `axes`, the outer ones of the batch axes.
    func microBatches(along axes: [Int], _ coordinates: [Int], microStep: Int) -> Range<Int> {
        precondition(
            axes == Array(batchAxes.prefix(axes.count)),
            "the batch is divided along outer axes first, not along \(axes) of \(batchAxes)")
        let group = schedule.groups(ofRun: run(coordinates)).lowerBound + microStep
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
