import Kernels
import OneDNN
import Tensors
import Testing

/// Images sorted by the position within a stride, element by element: also those that a convolution multiplies by zero, where a
/// wrong number would not be noticed.
@Suite struct SpaceToDepthGatherTests {
    /// Of square strides, kernels and paddings.
    private struct Sorting {
        let image: Shape
        let kernel, stride, padding: Int
        /// [H′, W′]
        var output: [Int] { image.dimensions[1...].map { ($0 + 2 * padding - kernel) / stride + 1 } }

        func phases(_ instructions: InstructionSet = .best) -> SpaceToDepth {
            let geometry = ConvolutionGeometry(
                strides: [stride, stride], dilations: [1, 1], paddingBegin: [padding, padding], paddingEnd: [padding, padding])
            return SpaceToDepth(
                image: image, weight: [16, image[0], kernel, kernel], geometry: geometry, output: output,
                instructions: instructions)
        }

        /// Each of the image's elements at its place by the definition, zeros elsewhere.
        func expected(_ values: [Float]) -> [Float] {
            let (rows, columns) = (image[1], image[2])
            let (height, width) = (output[0] + 2, output[1] + 2)
            let blocks = (image[0] * stride * stride + 15) / 16
            var sorted = [Float](repeating: 0, count: blocks * height * width * 16)
            for (index, value) in values.enumerated() {
                let (y, x) = (index / columns % rows + padding, index % columns + padding)
                let channel = (index / (rows * columns) * stride + y % stride) * stride + x % stride
                // What lies further than the outputs reach is left out.
                guard y / stride < height, x / stride < width else { continue }
                sorted[((channel / 16 * height + y / stride) * width + x / stride) * 16 + channel % 16] = value
            }
            return sorted
        }
    }

    private static let margin = 64

    /// The sorted image, with what lies before and behind it. Beyond the image there are only numbers that are none.
    private func gathered<Element: SpaceToDepthElement>(_ values: [Float], _ phases: SpaceToDepth, mark: Element) -> [Element] {
        let beyond = [Float](repeating: .nan, count: Self.margin)
        var memory = [Element](repeating: mark, count: phases.elementsOfAnImage + 2 * Self.margin)
        (beyond + values + beyond).withUnsafeBufferPointer { source in
            memory.withUnsafeMutableBufferPointer { target in
                guard let from = source.baseAddress, let to = target.baseAddress else { return }
                phases.gather(from + Self.margin, into: to + Self.margin)
            }
        }
        return memory
    }

    private func expectSame<Element: Equatable>(_ found: [Element], _ expected: [Element], mark: Element) throws {
        let guards = [Element](repeating: mark, count: Self.margin)
        let all = guards + expected + guards
        try #require(found.count == all.count)
        guard let wrong = all.indices.first(where: { found[$0] != all[$0] }) else { return }
        Issue.record("element \(wrong - Self.margin) is \(found[wrong]), not \(all[wrong])")
    }

    /// Strides that are copied by squares and others; no padding, some, and more than a square; rows that end within a square and with
    /// one; channels that fill no block and several.
    @Test(
        arguments: [
            (3, 11, 4, 0, 31, 27), (3, 11, 4, 2, 29, 30), (1, 12, 4, 1, 33, 22), (2, 9, 4, 3, 24, 33), (3, 12, 4, 0, 32, 35),
            (1, 9, 4, 5, 9, 4), (2, 10, 4, 4, 13, 16), (1, 7, 3, 1, 22, 25), (2, 5, 2, 2, 11, 16), (5, 5, 2, 0, 13, 12),
        ], InstructionSet.available)
    func everyElementHasItsPlace(
        test: (channels: Int, kernel: Int, stride: Int, padding: Int, height: Int, width: Int), instructions: InstructionSet
    ) throws {
        let sorting = Sorting(
            image: [test.channels, test.height, test.width], kernel: test.kernel, stride: test.stride, padding: test.padding)
        // Whole numbers of eight bits, which bfloat16 holds as they are, and each unlike its neighbours.
        let values = (0..<sorting.image.elementCount).map { Float($0 * 37 % 251 + 1) }
        let expected = sorting.expected(values)
        let single = gathered(values, sorting.phases(instructions), mark: -1 as Float)
        try expectSame(single, expected, mark: -1)
        // The upper half of a number's bits, −1 being the mark again.
        let half = gathered(values, sorting.phases(instructions), mark: 0xBF80 as UInt16)
        try expectSame(half, expected.map { UInt16($0.bitPattern >> 16) }, mark: 0xBF80)
    }

    /// What lies in the middle becomes even, the largest number infinite; what is no number stays none, also where only its lower
    /// half says so.
    @Test(
        arguments: [
            (0x3F80_7FFF, 0x3F80), (0x3F80_8000, 0x3F80), (0x3F80_8001, 0x3F81), (0x3F81_8000, 0x3F82), (0xBF81_8000, 0xBF82),
            (0x7F7F_FFFF, 0x7F80), (0xFF80_0000, 0xFF80), (0x7F80_0001, 0x7FC0), (0xFF80_0001, 0xFFC0), (0x7FFF_FFFF, 0x7FFF),
        ] as [(UInt32, UInt16)])
    func halvesAreRoundedToTheNearest(bits: UInt32, half: UInt16) {
        #expect(UInt16.rounded(Float(bitPattern: bits)) == half)
    }

    /// What is copied by squares is all that can be: a column of which a phase lies beyond the image would take other rows' numbers, and
    /// one more that is copied element by element would only cost time.
    @Test func wholeColumnsAreAllThatLieWithinTheImage() throws {
        var count = 0
        for padding in 0...14 {
            for columns in 1...24 {
                for output in 1...8 {
                    let phases = SpaceToDepth(
                        image: [1, 4, columns], weight: [16, 1, 9, 9],
                        geometry: ConvolutionGeometry(
                            strides: [4, 4], dilations: [1, 1], paddingBegin: [0, padding], paddingEnd: [0, 0]),
                        output: [1, output], instructions: .best)
                    let within = (0..<output + 2).filter { column in
                        (0..<4).allSatisfy { (0..<columns).contains(4 * column + $0 - padding) }
                    }
                    let name = "\(columns) columns, padding \(padding), \(output) outputs"
                    try #require(Array(phases.wholeColumns) == within, "\(name)")
                    count += within.count
                }
            }
        }
        #expect(count > 0)
    }
}
