/// Who computes which micro-batches when, as a grid that is printed and read back: a row for each worker, a column for each micro-step.
///
/// Eight micro-batches on two lanes of two devices that gather the batch in the middle of a step:
///
///     micro-step  0  1
///     worker 0    0  2
///     worker 1    1  3
///     worker 2    4  6
///     worker 3    5  7
public struct ScheduleGrid: Sendable, Hashable, LosslessStringConvertible {
    /// By worker, the micro-batches of each of its micro-steps.
    public let cells: [[Range<Int>]]

    public init(cells: [[Range<Int>]]) {
        self.cells = cells
    }

    /// What the workers of a placed graph compute where the batch is divided most finely.
    public init(of placed: PlacedGraph) {
        cells = (0..<placed.mesh.workerCount).map { worker in
            let coordinates = placed.mesh.coordinates(of: worker)
            return (0..<placed.microStepCount(of: worker)).map {
                placed.microBatches(along: placed.batchAxes, coordinates, microStep: $0)
            }
        }
    }

    public var microStepCount: Int { cells.map(\.count).max() ?? 0 }

    // MARK: Text

    private static let title = "micro-step"

    public var description: String {
        let names = [Self.title] + cells.indices.map { "worker \($0)" }
        let rows = [(0..<microStepCount).map { "\($0)" }] + cells.map { $0.map(Self.text) }
        let widths = (0..<microStepCount).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
        let nameWidth = names.map(\.count).max() ?? 0
        return zip(names, rows).map { name, row in
            func blanks(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }
            let columns = row.enumerated().map { "  " + blanks(widths[$0] - $1.count) + $1 }
            return name + (row.isEmpty ? "" : blanks(nameWidth - name.count)) + columns.joined() + "\n"
        }.joined()
    }

    /// Columns of its longest line.
    public var width: Int { description.split(separator: "\n").map(\.count).max() ?? 0 }

    /// Reads what `description` prints; nil where it is none.
    public init?(_ description: String) {
        let lines = description.split(separator: "\n").map { $0.split(separator: " ") }
        guard let head = lines.first, head.first.map(String.init) == Self.title,
            head.dropFirst().enumerated().allSatisfy({ String($0) == $1 })
        else { return nil }
        var cells: [[Range<Int>]] = []
        for line in lines.dropFirst() {
            guard line.count >= 2, line[0] == "worker", line[1] == String(cells.count), line.count - 2 < head.count else {
                return nil
            }
            let row = line.dropFirst(2).map(Self.range)
            guard !row.contains(nil) else { return nil }
            cells.append(row.compactMap(\.self))
        }
        self.cells = cells
        guard microStepCount == head.count - 1 else { return nil }
    }

    /// `3`, or `4-7` where a worker computes several together.
    private static func text(_ cell: Range<Int>) -> String {
        cell.count == 1 ? "\(cell.lowerBound)" : "\(cell.lowerBound)-\(cell.upperBound - 1)"
    }

    private static func range(_ text: Substring) -> Range<Int>? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1], 0 <= first, first <= last,
            last < Int.max
        else { return nil }
        return first..<last + 1
    }

    // MARK: Checking

    /// Throws where the grid is no schedule of so many micro-batches, with the cell that is wrong: one that is beyond them, one that comes
    /// before its time, or one of a micro-batch that others have too, but not as often as theirs.
    public func check(microBatches: Int) throws(ScheduleFault) {
        var holders = [[(worker: Int, microStep: Int)]](repeating: [], count: microBatches)
        for (worker, row) in cells.enumerated() {
            for (microStep, cell) in row.enumerated() {
                guard !cell.isEmpty, 0 <= cell.lowerBound, cell.upperBound <= microBatches else {
                    throw ScheduleFault(
                        worker, microStep, "there are micro-batches 0 to \(microBatches - 1), not \(Self.text(cell))")
                }
                guard microStep == 0 || row[microStep - 1].upperBound <= cell.lowerBound else {
                    throw ScheduleFault(worker, microStep, "\(Self.text(cell)) comes behind \(Self.text(row[microStep - 1]))")
                }
                for microBatch in cell { holders[microBatch].append((worker, microStep)) }
            }
        }
        let copies = holders.map(\.count).min() ?? 0
        if let missing = holders.firstIndex(where: \.isEmpty) {
            throw ScheduleFault(nil, nil, "nobody computes micro-batch \(missing)")
        }
        for (microBatch, holders) in holders.enumerated() where holders.count > copies {
            let last = holders[holders.count - 1]
            throw ScheduleFault(
                last.worker, last.microStep,
                "micro-batch \(microBatch) is computed \(holders.count) times, others \(copies) times")
        }
    }
}

/// The cell of a schedule that is wrong, and why.
public struct ScheduleFault: Error, Sendable, Hashable, CustomStringConvertible {
    /// Nil where something is missing.
    public let worker: Int?
    public let microStep: Int?
    public let reason: String

    init(_ worker: Int?, _ microStep: Int?, _ reason: String) {
        (self.worker, self.microStep, self.reason) = (worker, microStep, reason)
    }

    public var description: String {
        guard let worker, let microStep else { return reason }
        return "worker \(worker), micro-step \(microStep): \(reason)"
    }
}
