/// A step in which nothing moved any more: where each worker stood.
public struct StalledStep: Sendable, Hashable, CustomStringConvertible {
    /// Where a worker stood.
    public struct Position: Sendable, Hashable {
        public let device: Int
        public let lane: Int
        /// What it was at, or what it waited in front of.
        public let instruction: String
        public let isWaiting: Bool
        /// Those whose signals it waits for; empty where it is at work.
        public let awaits: [Worker]

        package init(device: Int, lane: Int, instruction: String, isWaiting: Bool, awaits: [Worker]) {
            (self.device, self.lane, self.instruction) = (device, lane, instruction)
            (self.isWaiting, self.awaits) = (isWaiting, awaits)
        }

        var worker: Worker { Worker(device: device, lane: lane) }
    }

    /// A lane of a device.
    public struct Worker: Sendable, Hashable, CustomStringConvertible {
        public let device: Int
        public let lane: Int

        package init(device: Int, lane: Int) {
            (self.device, self.lane) = (device, lane)
        }

        public var description: String { "device \(device), lane \(lane)" }
    }

    /// Counted from 0; nil where nothing was trained.
    public let step: Int?
    /// For how long nothing had moved.
    public let seconds: Double
    /// Worker by worker.
    public let positions: [Position]

    package init(step: Int?, seconds: Double, positions: [Position]) {
        (self.step, self.seconds, self.positions) = (step, seconds, positions)
    }

    /// How many workers a message names; more would hide the one that matters.
    private static let namedWorkers = 8

    public var description: String {
        let what = step.map { "step \($0 + 1)" } ?? "an evaluation"
        let lines = (positions.filter { !$0.isWaiting } + positions.filter(\.isWaiting)).map(text)
        let more = lines.count > Self.namedWorkers ? "; and \(lines.count - Self.namedWorkers) more workers" : ""
        return "\(what) has stalled, nothing has moved for \(Int(seconds.rounded())) s: "
            + lines.prefix(Self.namedWorkers).joined(separator: "; ") + more + "; --stall-timeout gives a slow machine more time"
    }

    private func text(_ position: Position) -> String {
        guard position.isWaiting else { return "\(position.worker) is in \(position.instruction)" }
        // Who waits at the same place has given its signal.
        let others = positions.filter {
            position.awaits.contains($0.worker) && (!$0.isWaiting || $0.instruction != position.instruction)
        }
        let awaited = others.isEmpty ? "nobody" : others.prefix(2).map { "\($0.worker)" }.joined(separator: " and ")
        let more = others.count > 2 ? " and \(others.count - 2) more" : ""
        return "\(position.worker) waits for \(awaited)\(more) before \(position.instruction)"
    }
}
