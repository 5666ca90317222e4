/// Tells from looks at the workers' places whether a step has stalled: nothing has moved for the limit and the longest step seen
/// together. It knows no time but what it is told to add.
package struct StallClock<Place: Equatable> {
    /// How long nothing may move beyond the longest step, in nanoseconds.
    package let limit: UInt64
    /// For how long nothing has moved.
    package private(set) var idle: UInt64 = 0
    private var longest: UInt64 = 0
    /// How long the step at work has been seen at work.
    private var active: UInt64 = 0
    private var number: Int?
    private var places: [Place] = []

    package init(limit: UInt64) { self.limit = limit }

    /// Takes a look, and tells whether the step has stalled.
    ///
    /// - Parameters:
    ///   - number: of the step at work, nil between two steps, which may take as long as they like.
    ///   - places: where every worker is.
    ///   - elapsed: nanoseconds since the look before.
    package mutating func hasStalled(step number: Int?, at places: [Place], after elapsed: UInt64) -> Bool {
        guard let number else {
            (idle, active) = (0, 0)
            return false
        }
        let isSameStep = number == self.number
        if !isSameStep { active = 0 }
        active += elapsed
        guard isSameStep && places == self.places else {
            if isSameStep { longest = max(longest, active) }
            (self.number, self.places, idle) = (number, places, 0)
            return false
        }
        idle += elapsed
        return idle > limit + longest
    }
}
