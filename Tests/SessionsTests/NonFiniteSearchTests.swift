import Planning
import Sessions
import Testing

/// Which of the values that several workers have found is the one that the others come from.
@Suite struct NonFiniteSearchTests {
    private func finding(round: Int, item: Int, device: Int = 0, lane: Int = 0) -> NonFiniteSearch.Finding {
        NonFiniteSearch.Finding(
            round: round, item: item,
            value: NonFiniteValue(
                device: device, lane: lane, step: 0, layer: "conv1", place: .result(operation: "convolution")))
    }

    /// A round lasts from one wait to the next, and none is left out: of a plan of eight items, three of them waits.
    @Test func everyWaitBeginsARound() {
        let rounds = (0..<8).map { NonFiniteSearch.round(ofItem: $0, waits: [1, 4, 5]) }
        #expect(rounds == [0, 0, 1, 1, 1, 2, 3, 3])
        #expect(NonFiniteSearch.round(ofItem: 7, waits: []) == 0)
    }

    /// By the round first: workers' plans may differ in length between two waits, so that an early item has a large number.
    @Test func theEarliestRoundComesFirst() {
        let ordered = [
            finding(round: 0, item: 9, device: 3, lane: 3), finding(round: 1, item: 4, device: 2, lane: 2),
            finding(round: 1, item: 5, device: 0, lane: 1), finding(round: 1, item: 5, device: 1, lane: 0),
            finding(round: 1, item: 5, device: 1, lane: 1), finding(round: 2, item: 3), finding(round: 3, item: 2),
        ]
        for (place, one) in ordered.enumerated() {
            for (otherPlace, other) in ordered.enumerated() {
                #expect(one.precedes(other) == (place < otherPlace), "\(place) and \(otherPlace)")
            }
        }
    }
}
