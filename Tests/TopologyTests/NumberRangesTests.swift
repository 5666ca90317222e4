import Testing
import Topology

@Suite("Numbers written as taskset writes them")
struct NumberRangesTests {
    @Test(
        "Runs and strides",
        arguments: zip([[], [7], [0, 1, 2, 3, 8], [16, 18, 20, 22, 23, 24], [1, 5, 6]], ["", "7", "0-3,8", "16-22:2,23-24", "1,5-6"]))
    func runs(numbers: [Int], text: String) {
        #expect(numbers.ranges == text)
    }
}
