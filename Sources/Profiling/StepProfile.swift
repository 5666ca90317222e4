package import KernelChoices
import Kernels
import Planning
public import Rooflines

/// Where a step's time goes. Everything is that of a mean worker, and the rows add up to the step's time.
public struct StepProfile: Sendable, Hashable {
    /// Equal items of a step, over all micro-steps: one operation, or several where rows are put together.
    public struct Row: Sendable, Hashable {
        public let part: StepPart
        /// Empty for what belongs to none.
        public let layer: String
        public let title: String
        /// How it is done: the library's names of implementations.
        public let implementation: String
        /// `aBcd16b, Abcd16a → aBcd16b`
        public let layouts: String
        public var precision = Roofline.Precision.f32
        /// Items of the plan; 0 where it is none.
        public var count = 0.0
        /// The median over the steps.
        public var seconds = 0.0
        public var floatingPointOperations = 0.0
        /// Bytes read from and written to tensors, each once.
        public var bytes = 0.0
        /// Of these, bytes of what no neighbour could do on the way.
        public var bytesThatMustMove = 0.0
        /// Of all, bytes that came from other devices.
        public var bytesReceived = 0.0
        /// In how many seconds the machine could do it at best; 0 where it is no work.
        public var leastSeconds = 0.0
        /// The kernels' time when each is run again and again on its own; nil where that was not measured.
        public var secondsAlone: Double?
        /// Who computes it, where that is one and the same; nil for what is no kernel of an operation.
        package var origin: KernelOrigin?

        /// How near it comes to the roofline: 1 is all that can be had from memory, more is possible in caches, and where an algorithm
        /// needs fewer operations than are counted. Nil where it is no work.
        public var shareOfRoofline: Double? { leastSeconds > 0 && seconds > 0 ? leastSeconds / seconds : nil }
    }

    /// Of each step, as the host sees it.
    public let stepSeconds: [Double]
    /// In the order of the plan, then what is no item of it.
    public let rows: [Row]
    /// How many workers there are.
    public let workers: Int
    /// What the machine can do with as many cores at work as the steps had.
    public let roofline: Roofline

    /// The median of the steps.
    public var seconds: Double { stepSeconds.median }

    /// - Parameter alone: the nanoseconds of each item's kernel alone, by worker.
    package init(_ recording: StepRecording, roofline: Roofline, alone: [[UInt64]]? = nil) {
        let lanes = Double(recording.lanes.count)
        var rows: [Row] = []
        var places: [Row: Int] = [:]
        var times: [[Double]] = []
        func place(of row: Row) -> Int {
            if let place = places[row] { return place }
            places[row] = rows.count
            rows.append(row)
            times.append([Double](repeating: 0, count: recording.steps.count))
            return rows.count - 1
        }
        var overhead = recording.steps.map { Double($0.end - $0.ready) / 1e9 }
        for (worker, lane) in recording.lanes.enumerated() {
            let placeOfItem = lane.items.map { place(of: Row(like: $0)) }
            for (index, item) in lane.items.enumerated() {
                rows[placeOfItem[index]].add(item, roofline, alone: alone.map { $0[worker][index] }, workers: lanes)
            }
            for (step, spans) in lane.steps.enumerated() {
                for span in spans {
                    let seconds = Double(span.end - span.begin) / 1e9 / lanes
                    times[placeOfItem[span.item]][step] += seconds
                    overhead[step] -= seconds
                }
            }
        }
        for index in rows.indices { rows[index].seconds = times[index].median }
        stepSeconds = recording.steps.map { Double($0.end - $0.begin) / 1e9 }
        workers = recording.lanes.count
        self.roofline = roofline
        if recording.usesData {
            let waits = recording.steps.map { Double($0.ready - $0.begin) / 1e9 }
            rows.append(Row(.input, layer: "host", title: "wait for the batch", seconds: waits.median))
        } else {
            for step in recording.steps.indices {
                overhead[step] += Double(recording.steps[step].ready - recording.steps[step].begin) / 1e9
            }
        }
        rows.append(Row(.overhead, title: "host, wake-ups, results", seconds: overhead.median))
        let parts = rows.reduce(0) { $0 + $1.seconds }
        rows.append(Row(.irregular, title: "left out by the medians", seconds: stepSeconds.median - parts))
        self.rows = rows
    }
}

extension StepProfile.Row {
    init(_ part: StepPart, layer: String = "", title: String, seconds: Double = 0) {
        self.init(part: part, layer: layer, title: title, implementation: "", layouts: "", seconds: seconds)
    }

    /// The row of all items that are the same but for their turn and their worker.
    fileprivate init(like item: ItemSummary) {
        self.init(
            part: StepPart(item.kind), layer: item.layer,
            title: item.kind == .wait ? "wait for other workers" : item.title, implementation: item.implementation,
            layouts: item.layouts, precision: item.multipliesBFloat16 ? .bf16 : .f32, origin: item.origin)
    }

    fileprivate mutating func add(_ item: ItemSummary, _ roofline: Roofline, alone: UInt64?, workers: Double) {
        let bytes = Double(item.bytesRead + item.bytesWritten)
        count += 1 / workers
        floatingPointOperations += Double(item.floatingPointOperations) / workers
        self.bytes += bytes / workers
        if !item.canBeFused { bytesThatMustMove += bytes / workers }
        bytesReceived += Double(item.bytesReceived) / workers
        leastSeconds +=
            roofline.leastSeconds(
                floatingPointOperations: Double(item.floatingPointOperations), bytes: bytes, precision: precision) / workers
        // What is no kernel of the worker's own was not timed.
        if let alone, alone > 0 { secondsAlone = (secondsAlone ?? 0) + Double(alone) / 1e9 / workers }
    }
}

extension [Double] {
    /// The middle one, or the mean of the two; 0 of none.
    var median: Double {
        guard !isEmpty else { return 0 }
        let sorted = sorted()
        return count.isMultiple(of: 2) ? (sorted[count / 2 - 1] + sorted[count / 2]) / 2 : sorted[count / 2]
    }
}
