import Layouts
import OneDNN
import TestSupport
import Testing

@Suite("oneDNN moves tensors as told")
struct RearrangementTests {
    @Test(
        "Every element of a reordered tensor lies where the layout says; padding is zero",
        arguments: ["abcd", "acdb", "aBcd8b", "aBcd16b", "ABcd16b16a"])
    func reorder(_ name: String) throws {
        let bench = try KernelBench()
        let dims = [3, 20, 4, 5]
        let layout = try #require(Layout.named(name, dims))
        var numbers = RandomNumbers(seed: 3)
        let values = numbers.floats(dims.reduce(1, *))
        let memory = try bench.tensor(values, layout)
        var expected = [Float](repeating: 0, count: layout.byteCount / 4)
        for (index, value) in values.enumerated() {
            let place = [index / 400, index / 20 % 20, index / 5 % 4, index % 5]
            expected[try #require(layout.elementOffset(of: place))] = value
        }
        #expect(Tolerance.exact.mismatch(memory.rawFloats, expected) == nil)
        #expect(try bench.values(memory) == values)
    }
}
