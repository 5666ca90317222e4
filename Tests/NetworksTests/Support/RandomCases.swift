import Networks
import ReferenceKernels
import Tensors

/// Random sizes and numbers for tests, the same on every run.
struct RandomCases {
    private let source: RandomSource
    private var index = 0

    init(seed: Int) {
        source = RandomSource(seed: UInt64(seed), purpose: .synthesis)
    }

    mutating func integer(_ range: ClosedRange<Int>) -> Int {
        defer { index += 1 }
        return range.lowerBound + source.integer(index: index, below: range.count)
    }

    mutating func tensor(_ shape: Shape) -> ReferenceTensor {
        defer { index += shape.elementCount }
        return ReferenceTensor(shape, (0..<shape.elementCount).map { Double(source.normal(index: index + $0)) })
    }

    /// A window with a kernel of up to `largest`, and extents [H, W] that it fits, now and then exactly.
    mutating func window(largest: Int, dilated: Bool) throws -> (window: WindowGeometry, extents: [Int]) {
        var (kernel, stride, begin, end, dilation, extents) = ([Int](), [Int](), [Int](), [Int](), [Int](), [Int]())
        for _ in 0..<2 {
            let k = integer(1...largest)
            let d = dilated ? integer(1...2) : 1
            let reach = d * (k - 1) + 1
            kernel.append(k)
            dilation.append(d)
            stride.append(integer(1...3))
            begin.append(integer(0...reach - 1))
            end.append(integer(0...reach - 1))
            extents.append(max(1, reach - begin[begin.count - 1] - end[end.count - 1]) + integer(0...4))
        }
        let window = try WindowGeometry(
            kernel: kernel, stride: stride, paddingBegin: begin, paddingEnd: end, dilation: dilation, operation: "test")
        return (window, extents)
    }
}
