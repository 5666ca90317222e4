/// Where the workers of a step wait for each other, and who for whom: a pure function of the placed graph.
///
/// A worker signals and waits in front of a collective that reads what may have been written since it waited before. What the
/// collectives behind it read is complete when a worker signals: nothing in between is made for them. So all workers signal equally often
/// and at the same places, whatever layouts their own kernels have taken, and nobody waits for a signal that does not come.
///
///     worker 0   conv1  pool1 ┃ all-gather  conv2 ┃ all-gather  …  gradients ┃ updates of slices ┃ all-gathers of parameters
///     worker 1   conv1  pool1 ┃ all-gather  conv2 ┃ all-gather  …  gradients ┃ updates of slices ┃ all-gathers of parameters
///
/// A worker waits for those alone whose memory it reads behind the place, and for those who have read its own since the place before: what
/// they have read may be overwritten then.
struct SignalSchedule: Sendable {
    /// A place, by the instruction in front of which it stands.
    struct Place: Sendable, Hashable {
        let instruction: Int
        /// The collectives that read peers' memory between this place and the next one; none for the gradients and the parameters, which
        /// lie in one layout everywhere.
        var collectives: [Int] = []
        /// Along which axes of the mesh workers read each other's memory behind it, collective by collective.
        var axes: Set<[Int]> = []
        /// Whether it stands behind all micro-steps.
        let endsStep: Bool
    }

    /// In the order of the instructions. Those in front of a micro-step's instructions are met once in each micro-step, those in front of
    /// sums over the batch once.
    private(set) var places: [Place] = []
    private var indices: [Int: Int] = [:]
    private let mesh: Mesh

    /// Cost: linear in the instructions.
    init(_ placed: PlacedGraph) {
        mesh = placed.mesh
        guard placed.mesh.workerCount > 1 else { return }
        addMicroStep(placed)
        addUpdates(placed)
    }

    /// The place in front of an instruction.
    func index(before instruction: Int) -> Int? { indices[instruction] }

    /// For whom `worker` waits at a place.
    ///
    /// Before the first parameter changes it waits for all: every worker has looked at its losses then.
    ///
    /// - Parameter last: the place where it waited before in this step; nil where nobody has read its memory yet.
    func peers(of worker: Int, at index: Int, after last: Int?) -> [Int] {
        let place = places[index]
        if place.endsStep, last.map({ !places[$0].endsStep }) ?? true {
            return (0..<mesh.workerCount).filter { $0 != worker }
        }
        let axes = place.axes.union(last.map { places[$0].axes } ?? [])
        return Set(axes.flatMap { mesh.group(of: worker, along: $0) }).subtracting([worker]).sorted()
    }

    private mutating func addMicroStep(_ placed: PlacedGraph) {
        // The workers have just updated the parameters, each in the layout of its own.
        var unpublished = Set(placed.parameters)
        for segment in placed.segments {
            // Between the same places of two segments there are other micro-steps.
            var isNew = true
            for index in segment.repeated {
                let instruction = placed.instructions[index]
                if case .collective(let kind, let axes, let input, _) = instruction, kind != .slice {
                    if isNew || unpublished.contains(input) {
                        add(before: index, endsStep: false)
                        unpublished.removeAll()
                        isNew = false
                    }
                    places[places.count - 1].collectives.append(index)
                    places[places.count - 1].axes.insert(axes)
                }
                unpublished.formUnion(instruction.outputs)
            }
            addSums(segment.sums, placed)
        }
    }

    /// All contributions to sums over the batch are there before the first is summed.
    private mutating func addSums(_ sums: Range<Int>, _ placed: PlacedGraph) {
        let axes = placed.instructions[sums].compactMap { instruction -> [Int]? in
            guard case .sumOverBatch(_, let axes, _, _) = instruction else { return nil }
            return axes.isEmpty ? nil : axes
        }
        guard let first = sums.first, !axes.isEmpty else { return }
        add(before: first, endsStep: false)
        places[places.count - 1].axes = Set(axes)
    }

    /// All gradients are complete before the first is summed, all squares before they become norms, and all slices are updated before the
    /// first is gathered.
    private mutating func addUpdates(_ placed: PlacedGraph) {
        typealias Reading = (instruction: Int, axes: [Int])
        var (sums, norms, gathers): ([Reading], [Reading], [Reading]) = ([], [], [])
        for (index, instruction) in placed.instructions.enumerated().dropFirst(placed.microStepInstructionCount) {
            switch instruction {
            case .reduceGradient(_, _, let axes): sums.append((index, axes))
            case .norms: norms.append((index, Array(placed.mesh.extents.indices)))
            case .gatherParameter(_, let axes): gathers.append((index, axes))
            case .load, .compute, .collective, .sumOverBatch, .squares, .update: break
            }
        }
        for readings in [sums, norms, gathers] {
            guard let first = readings.first else { continue }
            add(before: first.instruction, endsStep: true)
            places[places.count - 1].axes = Set(readings.map(\.axes))
        }
    }

    private mutating func add(before instruction: Int, endsStep: Bool) {
        indices[instruction] = places.count
        places.append(Place(instruction: instruction, endsStep: endsStep))
    }
}
