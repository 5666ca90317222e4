import Devices
package import Planning

/// What the host and every lane did in some steps, and when: nanoseconds of the monotonic clock.
package struct StepRecording: Sendable {
    /// A step as the host sees it.
    package struct HostStep: Sendable {
        package let begin: UInt64
        /// When the batch was there.
        package let ready: UInt64
        package let end: UInt64

        package init(begin: UInt64, ready: UInt64, end: UInt64) {
            (self.begin, self.ready, self.end) = (begin, ready, end)
        }
    }

    /// An item of a lane's plan, once run.
    package struct Span: Sendable {
        /// Its place in the plan.
        package let item: Int
        package let begin: UInt64
        package let end: UInt64

        package init(item: Int, begin: UInt64, end: UInt64) {
            (self.item, self.begin, self.end) = (item, begin, end)
        }
    }

    package struct LaneRecord: Sendable {
        package let device: Int
        package let lane: Int
        /// The hardware thread that it is pinned to.
        package let core: Int
        package let items: [ItemSummary]
        /// Of each step, in the order of the items.
        package let steps: [[Span]]

        package init(device: Int, lane: Int, core: Int, items: [ItemSummary], steps: [[Span]]) {
            (self.device, self.lane, self.core) = (device, lane, core)
            (self.items, self.steps) = (items, steps)
        }
    }

    package let steps: [HostStep]
    /// In the order of the workers.
    package let lanes: [LaneRecord]
    /// Whether batches came from a data set.
    package let usesData: Bool

    package init(steps: [HostStep], lanes: [LaneRecord], usesData: Bool) {
        (self.steps, self.lanes, self.usesData) = (steps, lanes, usesData)
    }

    init(steps: [HostStep], timeline: Timeline, devices: DeviceGroup, items: [[ItemSummary]], usesData: Bool) {
        self.steps = steps
        self.usesData = usesData
        // Rows come device by device, lane by lane.
        let count = devices.devices.count
        let rows = zip(timeline.rows, devices.lanes).sorted {
            ($0.0.lane * count + $0.0.device) < ($1.0.lane * count + $1.0.device)
        }
        lanes = zip(rows, items).map { place, items in
            let (row, lane) = place
            precondition(
                row.dropped == 0 && row.events.count == items.count * steps.count, "a lane notes every item of every step")
            let spans = row.events.map { Span(item: Int($0.label), begin: $0.begin, end: $0.end) }
            return LaneRecord(
                device: row.device, lane: row.lane, core: lane.executor.core, items: items,
                steps: steps.indices.map { Array(spans[$0 * items.count..<($0 + 1) * items.count]) })
        }
    }
}
