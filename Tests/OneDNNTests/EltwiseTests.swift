import Layouts
import OneDNN
import TestSupport
import Testing

#if canImport(Glibc)
import Glibc
#endif

extension EltwiseKind {
    func reference(_ x: Float) -> Float {
        switch self {
        case .relu, .reluUsingDestination: max(x, 0)
        case .tanh, .tanhUsingDestination: tanhf(x)
        case .logistic, .logisticUsingDestination: 1 / (1 + expf(-x))
        case .gelu: x * normalDistribution(x)
        }
    }

    /// The derivative at x.
    func slope(_ x: Float) -> Float {
        let y = reference(x)
        switch self {
        case .relu, .reluUsingDestination: return x > 0 ? 1 : 0
        case .tanh, .tanhUsingDestination: return 1 - y * y
        case .logistic, .logisticUsingDestination: return y * (1 - y)
        case .gelu: return normalDistribution(x) + x * expf(-x * x / 2) / (2 * Float.pi).squareRoot()
        }
    }

    private func normalDistribution(_ x: Float) -> Float { (1 + erff(x / Float(2).squareRoot())) / 2 }
}

@Suite("oneDNN element-wise functions agree with the C library's")
struct EltwiseTests {
    @Test(arguments: EltwiseKind.allCases, [[1], [3, 17], [2, 20, 3, 5]])
    func bothPasses(of kind: EltwiseKind, dims: [Int]) throws {
        let bench = try KernelBench()
        var numbers = RandomNumbers(seed: dims.count)
        let source = numbers.floats(dims.reduce(1, *)).map { $0 * 3 }
        let gradient = numbers.floats(source.count)
        let destination = source.map(kind.reference)
        let expected = zip(source, gradient).map { kind.slope($0) * $1 }
        var layouts = [Layout.plain(dims)]
        if dims.count == 4 { layouts += [.channelsLast(dims), try #require(Layout.named("aBcd16b", dims))] }
        for layout in layouts {
            let forward = try PrimitiveDescriptor.eltwiseForward(engine: bench.engine, kind: kind, data: layout, training: true)
            let result = try bench.run(forward, [.source: bench.tensor(source, layout)])
            #expect(Tolerance.elementary.mismatch(try result[.destination].map(bench.values), destination) == nil)

            let backward = try PrimitiveDescriptor.eltwiseBackward(
                engine: bench.engine, kind: kind, data: layout, gradient: layout)
            #expect((backward.layout(of: .destination) != nil) == kind.usesDestination)
            #expect((backward.layout(of: .source) == nil) == kind.usesDestination)
            // In place: the gradient of the source over that of the destination.
            let shared = try bench.tensor(gradient, layout)
            try bench.run(
                backward,
                [
                    .source: bench.tensor(source, layout), .destination: bench.tensor(destination, layout),
                    .diffSource: shared, .diffDestination: shared,
                ])
            #expect(Tolerance.elementary.mismatch(try bench.values(shared), expected) == nil, "\(backward.implementation)")
        }
    }
}
