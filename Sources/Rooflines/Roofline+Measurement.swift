import Devices
public import Topology

extension Roofline {
    /// Measures `cores` of the machine's usable cores at work at the same time, on threads pinned as those of devices are.
    ///
    /// Streams go through arrays of four times the last-level cache, shared out among the cores that share it. Costs about half a
    /// second, some seconds where that cache is of hundreds of megabytes, and three such arrays for each core. Throws `DevicesError`
    /// where a thread cannot be started, or there is no memory.
    public static func measured(cores: Int, of machine: Machine) async throws -> Roofline {
        let group: DeviceGroup
        do {
            group = try DeviceGroup(reserving: CoreAssignment(on: machine, devices: cores), of: machine)
        } catch let error as TopologyError {
            throw DevicesError.topology(error)
        }
        defer { group.shutdown() }
        precondition(group.lanes.count == cores, "\(cores) cores were asked for, there are \(group.lanes.count)")
        let elements = StreamArrays.elements(for: group.assignment.threads, of: machine)
        let barrier = StepBarrier(participants: cores)
        let laps = try await group.onEveryLane(meetingAt: barrier) { _ in
            // Made here, so that their pages come to be on the core's own node.
            let arrays = try StreamArrays(elements: elements)
            var laps: [Exercise: [Lap]] = [:]
            let exercises = Exercise.available.map { (exercise: $0, amount: $0.amount(arrays)) }
            // In turn, so that what disturbs the machine for a while does not fall on one exercise alone.
            for repetition in 0..<repetitions {
                for (exercise, amount) in exercises where repetition < repetitions(of: exercise, elements: elements) {
                    try await barrier.arrive()
                    laps[exercise, default: []].append(exercise.lap(amount, arrays))
                }
            }
            return laps
        }
        let speeds = Dictionary(uniqueKeysWithValues: Exercise.available.map { ($0, Speed(of: $0, in: laps)) })
        guard let read = speeds[.read], let copy = speeds[.copy], let triad = speeds[.triad] else {
            preconditionFailure("every machine has streams")
        }
        var peaks: [Precision: Speed] = [:]
        for precision in Precision.allCases { peaks[precision] = speeds[.multiplyAdd(precision)] }
        return Roofline(
            cores: cores, instructions: Exercise.instructions, peaks: peaks, read: read, copy: copy, triad: triad)
    }

    private static let repetitions = 21

    /// Streams take as long as their arrays are large: the larger, the fewer times, and the less each one's time varies.
    private static func repetitions(of exercise: Exercise, elements: Int) -> Int {
        guard exercise.isStream else { return repetitions }
        return min(repetitions, max(5, (768 << 20) / (elements * MemoryLayout<Float>.stride)))
    }
}

extension Roofline.Speed {
    /// Each repetition's work over all cores, by the time from the first core's beginning to the last one's end.
    package init(of exercise: Exercise, in lanes: [[Exercise: [Lap]]]) {
        let laps = lanes.map { $0[exercise] ?? [] }
        self.init(
            (laps.first ?? []).indices.map { repetition in
                let together = laps.map { $0[repetition] }
                let begin = together.map(\.begin).min() ?? 0
                let end = together.map(\.end).max() ?? 0
                return together.reduce(0) { $0 + $1.work } / Double(max(end - begin, 1)) * 1e9
            })
    }
}
