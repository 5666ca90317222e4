/// Says when enough time has passed to say something again.
struct Pulse {
    private let interval: Duration
    private var next = ContinuousClock.now

    init(every seconds: Double) {
        interval = .seconds(seconds)
    }

    mutating func beats() -> Bool {
        let now = ContinuousClock.now
        guard now >= next else { return false }
        next = now + interval
        return true
    }
}
