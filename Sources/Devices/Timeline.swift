/// What every lane of a group did and when.
package struct Timeline: Sendable, Equatable {
    package struct Row: Sendable, Equatable {
        package let device: Int
        package let lane: Int
        package let events: [CoreRecorder.Event]
        /// Events that no room was left for.
        package let dropped: Int

        package init(device: Int, lane: Int, events: [CoreRecorder.Event], dropped: Int) {
            (self.device, self.lane, self.events, self.dropped) = (device, lane, events, dropped)
        }

        /// Nanoseconds spent on a label.
        package func nanoseconds(on label: UInt32) -> UInt64 {
            events.reduce(0) { $0 + ($1.label == label ? $1.end - $1.begin : 0) }
        }

        /// The hardware threads that the lane was seen on.
        package var cores: Set<Int> { Set(events.map { Int($0.core) }) }
    }

    /// Device by device, lane by lane.
    package let rows: [Row]

    package init(rows: [Row]) { self.rows = rows }
}

extension DeviceGroup {
    /// Turns every lane's recorder on, with room for `capacity` events each (24 bytes an event).
    package func startTimeline(capacity: Int) async {
        for lane in lanes { await lane.perform { $0.recorder.start(capacity: capacity) } }
    }

    /// Turns every lane's recorder off and collects what they noted.
    package func stopTimeline() async -> Timeline {
        var rows: [Timeline.Row] = []
        for lane in lanes {
            rows.append(
                await lane.perform { lane in
                    let dropped = lane.recorder.dropped
                    return Timeline.Row(device: lane.device, lane: lane.index, events: lane.recorder.stop(), dropped: dropped)
                })
        }
        return Timeline(rows: rows)
    }
}
