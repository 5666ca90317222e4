package import KernelChoices
package import Networks
import Tensors

extension RandomDropout: ComputableOperation, KernelImplementation {
    /// Element `i` of the whole tensor is kept if the uniform number of index `i` is at least the probability.
    ///
    /// Cost: one block of random numbers for four elements, two more per run of consecutive elements of the whole.
    package func kernel(for request: KernelRequest) throws -> KernelChoice {
        let shape = request.inputs[0].type.shape
        let runs = WholeRuns(block: shape, ranges: block?.ranges, of: block?.whole)
        let mask = DropoutMask(probability: probability)
        let stream = stream
        return request.rowMajorLoop(reuse: [0, nil]) { memory in
            let (x, y, factor) = (memory.input(0), memory.output(0), memory.output(1))
            let count = shape.elementCount
            return { step in
                let source = RandomSource(seed: step.seed, purpose: .dropout, stream: stream)
                var destination = factor
                for start in runs.starts {
                    mask.fill(destination, source, step: step.step, range: start..<start &+ runs.length)
                    destination += runs.length
                }
                forEachLanes(of: count) { start, width in
                    y.setLanes(start, width, to: x.lanes(start, width) * factor.lanes(start, width))
                }
            }
        }
    }
}

/// The factor of an element as a function of its random word.
private struct DropoutMask {
    private let scale: Float
    /// The first word that is kept. A uniform number is the word's upper 24 bits times 2⁻²⁴, without rounding, so comparing
    /// it with the probability is comparing integers.
    private let firstKept: UInt32

    init(probability: Float) {
        scale = 1 / (1 - probability)
        firstKept = UInt32((Double(probability) * 0x1p24).rounded(.up)) << 8
    }

    @inline(__always)
    private func factor(_ word: UInt32) -> Float { word >= firstKept ? scale : 0 }

    /// Writes the factors of the whole tensor's elements `range`, block of random words by block.
    @inline(__always)
    func fill(_ destination: UnsafeMutablePointer<Float>, _ source: RandomSource, step: Int, range: Range<Int>) {
        var to = destination
        var index = range.lowerBound
        func fillPart(upTo end: Int) {
            let words = source.words(step: step, block: index >> 2)
            while index < end {
                to.pointee = factor(words[index & 3])
                to += 1
                index &+= 1
            }
        }
        if index & 3 != 0 { fillPart(upTo: min(range.upperBound, (index | 3) &+ 1)) }
        while index &+ 4 <= range.upperBound {
            let words = source.words(step: step, block: index >> 2)
            to[0] = factor(words.x)
            to[1] = factor(words.y)
            to[2] = factor(words.z)
            to[3] = factor(words.w)
            to += 4
            index &+= 4
        }
        if index < range.upperBound { fillPart(upTo: range.upperBound) }
    }
}

/// A block of a tensor as runs of elements that are consecutive in the whole tensor too, in row-major order.
private struct WholeRuns {
    /// Where each run starts: an index into the whole tensor's elements.
    let starts: [Int]
    let length: Int

    init(block: Shape, ranges: [Range<Int>]?, of whole: Shape?) {
        guard let ranges, let whole else {
            self.init(starts: [0], length: block.elementCount)
            return
        }
        precondition(ranges.map(\.count) == block.dimensions, "a block of \(block) does not fill \(ranges) of \(whole)")
        // Axes that the block holds whole continue the run of the axis before them.
        let lastCut = whole.dimensions.indices.last { ranges[$0].count != whole[$0] } ?? 0
        let strides = whole.strides
        var starts = [ranges[lastCut].lowerBound * strides[lastCut]]
        for axis in (0..<lastCut).reversed() {
            starts = ranges[axis].flatMap { index in starts.map { $0 + index * strides[axis] } }
        }
        self.init(starts: starts, length: ranges[lastCut].count * strides[lastCut])
    }

    private init(starts: [Int], length: Int) {
        self.starts = starts
        self.length = length
    }
}
