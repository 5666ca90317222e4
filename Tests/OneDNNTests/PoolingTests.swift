import Layouts
import OneDNN
import TestSupport
import Testing

@Suite("oneDNN pooling agrees with plain loops")
struct PoolingTests {
    struct Shape: CustomTestStringConvertible {
        var batch = 2
        var channels: Int
        var size: [Int]
        var kernel: [Int]
        var strides: [Int]
        var begin = [0, 0]
        var end = [0, 0]

        var source: [Int] { [batch, channels] + size }
        var destination: [Int] {
            [batch, channels] + (0..<2).map { (size[$0] + begin[$0] + end[$0] - kernel[$0]) / strides[$0] + 1 }
        }
        var testDescription: String { "\(source) kernel \(kernel) strides \(strides) padding \(begin) \(end)" }

        /// Source indices under the window of each destination element, row-major in both.
        var windows: [[Int]] {
            var windows: [[Int]] = []
            for plane in 0..<(batch * channels) {
                for y in 0..<destination[2] {
                    for x in 0..<destination[3] {
                        var window: [Int] = []
                        for h in (y * strides[0] - begin[0])..<(y * strides[0] - begin[0] + kernel[0]) {
                            for w in (x * strides[1] - begin[1])..<(x * strides[1] - begin[1] + kernel[1])
                            where (0..<size[0]).contains(h) && (0..<size[1]).contains(w) {
                                window.append((plane * size[0] + h) * size[1] + w)
                            }
                        }
                        windows.append(window)
                    }
                }
            }
            return windows
        }
    }

    static let shapes: [Shape] = [
        Shape(batch: 1, channels: 1, size: [1, 1], kernel: [1, 1], strides: [1, 1]),
        Shape(channels: 16, size: [13, 13], kernel: [3, 3], strides: [2, 2]),
        Shape(channels: 7, size: [9, 8], kernel: [3, 3], strides: [2, 2]),
        Shape(channels: 20, size: [8, 8], kernel: [2, 2], strides: [2, 2]),
        // Rounded up: the last window hangs over the end.
        Shape(channels: 5, size: [8, 6], kernel: [3, 3], strides: [2, 2], end: [1, 1]),
        Shape(batch: 1, channels: 33, size: [7, 10], kernel: [3, 2], strides: [1, 3], begin: [1, 0], end: [1, 1]),
    ]

    @Test(arguments: shapes, PoolingKind.allCases)
    func bothPasses(of shape: Shape, kind: PoolingKind) throws {
        let bench = try KernelBench()
        var numbers = RandomNumbers(seed: shape.channels)
        let source = numbers.floats(shape.source.reduce(1, *))
        let diffDestination = numbers.floats(shape.destination.reduce(1, *))
        var destination: [Float] = []
        var diffSource = [Float](repeating: 0, count: source.count)
        for (index, window) in shape.windows.enumerated() {
            switch kind {
            case .max:
                let winner = try #require(window.max { source[$0] < source[$1] })
                destination.append(source[winner])
                diffSource[winner] += diffDestination[index]
            case .averageIncludePadding, .averageExcludePadding:
                let count = Float(kind == .averageIncludePadding ? shape.kernel.reduce(1, *) : window.count)
                destination.append(window.reduce(0) { $0 + source[$1] } / count)
                for element in window { diffSource[element] += diffDestination[index] / count }
            }
        }
        let geometry = PoolingGeometry(
            kernel: shape.kernel, strides: shape.strides, paddingBegin: shape.begin, paddingEnd: shape.end)
        let layouts = [Layout.plain(shape.source), .channelsLast(shape.source), Layout.named("aBcd16b", shape.source)]
        for layout in layouts {
            let layout = try #require(layout)
            let forward = try PrimitiveDescriptor.poolingForward(
                engine: bench.engine, kind: kind, source: layout, destination: .any(shape.destination), geometry: geometry,
                training: true)
            let kept = try bench.run(forward, [.source: bench.tensor(source, layout)])
            #expect(
                Tolerance.sums.mismatch(try kept[.destination].map(bench.values), destination) == nil,
                "\(forward.operation) by \(forward.implementation) in \(layout)")
            let backward = try PrimitiveDescriptor.poolingBackward(
                engine: bench.engine, kind: kind, diffSource: layout,
                diffDestination: try #require(forward.layout(of: .destination)), geometry: geometry)
            #expect(backward.layout(of: .workspace) == forward.layout(of: .workspace))
            #expect((backward.layout(of: .workspace) != nil) == (kind == .max))
            var given = [Argument.diffDestination: try bench.tensor(diffDestination, .plain(shape.destination))]
            given[.workspace] = kept[.workspace]
            let result = try bench.run(backward, given)
            #expect(
                Tolerance.sums.mismatch(try result[.diffSource].map(bench.values), diffSource) == nil,
                "\(backward.operation) by \(backward.implementation) in \(layout)")
            let inference = try PrimitiveDescriptor.poolingForward(
                engine: bench.engine, kind: kind, source: layout, destination: .any(shape.destination), geometry: geometry,
                training: false)
            #expect(inference.layout(of: .workspace) == nil)
        }
    }
}
