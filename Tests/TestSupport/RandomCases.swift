package import Networks
import Tensors

/// Random sizes for tests, the same on every run.
package struct RandomCases {
    private let source: RandomSource
    private var index = 0

    package init(seed: Int) {
        source = RandomSource(seed: UInt64(seed), purpose: .synthesis, stream: 3)
    }

    package mutating func integer(_ range: ClosedRange<Int>) -> Int {
        defer { index += 1 }
        return range.lowerBound + source.integer(index: index, below: range.count)
    }

    package mutating func element<Element>(of choices: [Element]) -> Element { choices[integer(0...choices.count - 1)] }

    /// Channel counts that fill the library's blocks of 8 and 16, and that do not.
    package mutating func channels() -> Int { element(of: [1, 2, 3, 5, 8, 16, 17, 24, 32, 33]) }

    /// A window with a kernel of up to `largest`, uneven padding, and extents [H, W] that it fits, now and then exactly.
    package mutating func window(largest: Int, dilated: Bool) throws -> (window: WindowGeometry, extents: [Int]) {
        var (kernel, stride, begin, end, dilation, extents) = ([Int](), [Int](), [Int](), [Int](), [Int](), [Int]())
        for axis in 0..<2 {
            let k = integer(1...largest)
            let d = dilated ? integer(1...2) : 1
            let reach = d * (k - 1) + 1
            kernel.append(k)
            dilation.append(d)
            stride.append(integer(1...3))
            begin.append(integer(0...k - 1))
            end.append(integer(0...k - 1))
            extents.append(max(1, reach - begin[axis] - end[axis]) + integer(0...6))
        }
        let window = try WindowGeometry(
            kernel: kernel, stride: stride, paddingBegin: begin, paddingEnd: end, dilation: dilation, operation: "test")
        return (window, extents)
    }
}
