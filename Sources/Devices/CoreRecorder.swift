/// Notes what a lane does and when, without allocating; belongs to one lane and is used from its synchronous code.
///
/// Off until `start`, and then a call costs one comparison.
package final class CoreRecorder {
    package struct Event: Sendable, Equatable {
        /// What was done: the recording module's own number.
        package let label: UInt32
        /// The hardware thread at the end of it, or -1 where the system does not tell.
        package let core: Int32
        /// Nanoseconds of the monotonic clock.
        package let begin, end: UInt64
    }

    package private(set) var isOn = false
    /// Events that came after the room was used up.
    package private(set) var dropped = 0
    private var events: [Event] = []
    private var capacity = 0

    package init() {}

    /// Begins a recording with room for `capacity` events; later ones are counted, not kept.
    package func start(capacity: Int) {
        events = []
        events.reserveCapacity(capacity)
        self.capacity = capacity
        dropped = 0
        isOn = true
    }

    /// Ends the recording and hands it over.
    package func stop() -> [Event] {
        isOn = false
        defer { events = [] }
        return events
    }

    /// Runs `body` and notes how long it took, also where it throws.
    package func measure<Result, Failure: Error>(_ label: UInt32, _ body: () throws(Failure) -> Result) throws(Failure) -> Result
    {
        guard isOn else { return try body() }
        let begin = monotonicNanoseconds()
        defer { note(label, begin: begin, end: monotonicNanoseconds()) }
        return try body()
    }

    /// Notes what has happened between two readings of `monotonicNanoseconds()`.
    package func note(_ label: UInt32, begin: UInt64, end: UInt64) {
        guard isOn else { return }
        guard events.count < capacity else {
            dropped += 1
            return
        }
        events.append(Event(label: label, core: Int32(currentCore() ?? -1), begin: begin, end: end))
    }
}
