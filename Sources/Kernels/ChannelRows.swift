import Tensors

/// A row-major tensor [N, C, …] as N · C rows of `rowLength` consecutive elements.
struct ChannelRows {
    let examples: Int
    let channels: Int
    /// Elements after the first two axes: 1 for [N, C].
    let rowLength: Int

    init(_ shape: Shape) {
        examples = shape[0]
        channels = shape[1]
        rowLength = shape.dimensions.dropFirst(2).reduce(1, *)
    }

    /// Calls `body` with each row's channel and first element, in the order of memory.
    @inline(__always)
    func forEachRow(_ body: (_ channel: Int, _ start: Int) -> Void) {
        var start = 0
        for _ in 0..<examples {
            for channel in 0..<channels {
                body(channel, start)
                start &+= rowLength
            }
        }
    }

    /// Writes the sum over rows of `rowSum`, per channel. Rows are summed in single precision by the caller; the rows of a
    /// channel are added here in double precision, in the order of the examples. `sums` has room for C numbers.
    @inline(__always)
    func sumOverExamples(
        into result: UnsafeMutablePointer<Float>, using sums: UnsafeMutablePointer<Double>, _ rowSum: (_ start: Int) -> Float
    ) {
        sums.update(repeating: 0, count: channels)
        forEachRow { channel, start in sums[channel] += Double(rowSum(start)) }
        for channel in 0..<channels { result[channel] = Float(sums[channel]) }
    }
}
