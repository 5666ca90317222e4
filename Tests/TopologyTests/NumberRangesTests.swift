import Testing
import Topology

@Suite("Numbers written as taskset writes them")
struct NumberRangesTests {
    @Test(
        "Runs and strides",
        arguments: [
            ([], ""), ([7], "7"), ([0, 1, 2, 3, 8], "0-3,8"), ([16, 18, 20, 22, 23, 24], "16-22:2,23-24"), ([1, 5, 6], "1,5-6"),
        ] as [([Int], String)])
    func runs(numbers: [Int], text: String) {
        #expect(numbers.ranges == text)
    }
}
