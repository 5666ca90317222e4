import OneDNN
import TestSupport
import Testing

@Suite("oneDNN moves and adds tensors as told")
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

    @Test(arguments: [0, 1, 2])
    func concat(axis: Int) throws {
        let bench = try KernelBench()
        var numbers = RandomNumbers(seed: axis)
        let sizes = [2, 3, 1]
        var dims = [2, 4, 3]
        var parts: [(dims: [Int], values: [Float])] = []
        for size in sizes {
            dims[axis] = size
            parts.append((dims, numbers.floats(dims.reduce(1, *))))
        }
        let inner = dims.suffix(from: axis + 1).reduce(1, *)
        var expected: [Float] = []
        for outer in 0..<dims.prefix(axis).reduce(1, *) {
            for (part, size) in zip(parts, sizes) {
                expected += part.values[(outer * size * inner)..<((outer + 1) * size * inner)]
            }
        }
        let concat = try PrimitiveDescriptor.concat(engine: bench.engine, parts.map { .plain($0.dims) }, axis: axis)
        var given: [Argument: TensorMemory] = [:]
        for (index, part) in parts.enumerated() { given[.multiple(index)] = try bench.tensor(part.values, .plain(part.dims)) }
        let result = try bench.run(concat, given)
        #expect(try result[.destination].map(bench.values) == expected)
    }

    @Test func sum() throws {
        let bench = try KernelBench()
        var numbers = RandomNumbers(seed: 9)
        let dims = [3, 20, 2, 2]
        let parts = (0..<3).map { _ in numbers.floats(240) }
        let layout = try #require(Layout.named("aBcd16b", dims))
        let sum = try PrimitiveDescriptor.sum(
            engine: bench.engine, [layout, layout, layout], scales: [1, -2, 0.5], destination: layout)
        var given: [Argument: TensorMemory] = [:]
        for (index, part) in parts.enumerated() { given[.multiple(index)] = try bench.tensor(part, layout) }
        given[.destination] = given[.multiple(0)]
        let result = try bench.run(sum, given)
        let expected = (0..<240).map { parts[0][$0] - 2 * parts[1][$0] + 0.5 * parts[2][$0] }
        #expect(Tolerance.sums.mismatch(try result[.destination].map(bench.values), expected) == nil)
    }

    @Test("Regions take a tensor apart in its own layout")
    func region() throws {
        let bench = try KernelBench()
        var numbers = RandomNumbers(seed: 4)
        let values = numbers.floats(2 * 32 * 3)
        let layout = try #require(Layout.named("aBcd16b", [2, 32, 3, 1]))
        let memory = try bench.tensor(values, layout)
        let half = try #require(layout.region(offsets: [0, 16, 0, 0], dims: [2, 16, 3, 1]))
        let take = try PrimitiveDescriptor.reorder(engine: bench.engine, from: half, to: .plain(half.dims))
        let taken = TensorMemory(.plain(half.dims))
        let bound = try BoundPrimitive(take, [(.source, memory.address), (.destination, taken.address)])
        try bound.execute(on: bench.stream)
        #expect(taken.rawFloats == Array(values[48..<96] + values[144..<192]))
        #expect(layout.region(offsets: [0, 8, 0, 0], dims: [2, 16, 3, 1]) == nil)
    }
}
