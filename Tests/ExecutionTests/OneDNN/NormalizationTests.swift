import Execution
import Testing

#if canImport(Glibc)
import Glibc
#endif

@Suite("oneDNN local response normalisation agrees with plain loops")
struct NormalizationTests {
    @Test(arguments: [[1, 1, 1, 1], [2, 16, 5, 5], [1, 7, 3, 4], [2, 48, 6, 7], [3, 32, 1, 1]], [5, 3])
    func bothPasses(of dims: [Int], size: Int) throws {
        let bench = try KernelBench()
        let response = LocalResponse(size: size, alpha: 0.5, beta: 0.75, k: 2)
        var numbers = RandomNumbers(seed: size)
        let count = dims.reduce(1, *)
        let source = numbers.floats(count)
        let diffDestination = numbers.floats(count)
        let (channels, pixels) = (dims[1], dims[2] * dims[3])

        func window(_ index: Int) -> [Int] {
            let channel = index / pixels % channels
            return (-(size / 2)...(size / 2)).filter { (0..<channels).contains(channel + $0) }.map { index + $0 * pixels }
        }
        let scale = source.indices.map { index in
            response.k + response.alpha / Float(size) * window(index).reduce(0) { $0 + source[$1] * source[$1] }
        }
        let destination = source.indices.map { source[$0] * pow(scale[$0], -response.beta) }
        let diffSource = source.indices.map { index in
            let shared = window(index).reduce(0) {
                $0 + diffDestination[$1] * source[$1] * pow(scale[$1], -response.beta - 1)
            }
            return diffDestination[index] * pow(scale[index], -response.beta)
                - 2 * response.alpha * response.beta / Float(size) * source[index] * shared
        }
        for layout in [Layout.plain(dims), .channelsLast(dims), Layout.named("aBcd16b", dims)] {
            let layout = try #require(layout)
            let forward = try PrimitiveDescriptor.lrnForward(
                engine: bench.engine, data: layout, response: response, training: true)
            let kept = try bench.run(forward, [.source: bench.tensor(source, .plain(dims))])
            #expect(
                Tolerance.sums.mismatch(try kept[.destination].map(bench.values), destination) == nil,
                "\(forward.operation) by \(forward.implementation) in \(layout)")
            let backward = try PrimitiveDescriptor.lrnBackward(
                engine: bench.engine, data: layout, gradient: layout, response: response)
            var given: [Argument: TensorMemory] = [
                .source: try bench.tensor(source, .plain(dims)),
                .diffDestination: try bench.tensor(diffDestination, .plain(dims)),
            ]
            given[.workspace] = kept[.workspace]
            // Some layouts have a backward kernel that needs none; where it takes one, it is the forward pass's.
            #expect(backward.layout(of: .workspace).map { $0 == forward.layout(of: .workspace) } != false)
            let result = try bench.run(backward, given)
            #expect(
                Tolerance.sums.mismatch(try result[.diffSource].map(bench.values), diffSource) == nil,
                "\(backward.operation) by \(backward.implementation) in \(layout)")
        }
    }
}
