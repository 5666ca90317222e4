/// One axis of an antialiased bilinear resize: each output pixel is a weighted mean of the inputs under a triangle that
/// widens with the scale, in 22-bit fixed point.
///
/// The arithmetic is Pillow's (`Resample.c`, filter BILINEAR, 8 bits per channel), step by step, so that the pixels are
/// the same as those of a comparison run in Python (Pillow 13 resizes images almost twice as high as wide in the other
/// order of axes, which can change a pixel by one). Cost: one small table per axis and size.
struct ResizeAxis {
    /// The first input of each output pixel, and how many follow.
    private(set) var spans: [(start: Int, count: Int)] = []
    /// `tapCount` weights per output pixel, of which the span's count are used.
    private(set) var weights: [Int32] = []
    let tapCount: Int

    /// Room for 8 bits of pixel and the growth of a sum.
    static let fractionBits: Int32 = 32 - 8 - 2

    /// The outputs `window` of resizing `input` pixels to `output`.
    init(from input: Int, to output: Int, window: Range<Int>) {
        let scale = Double(input) / Double(output)
        let support = max(scale, 1)
        tapCount = Int(support.rounded(.up)) * 2 + 1
        weights = [Int32](repeating: 0, count: window.count * tapCount)
        spans.reserveCapacity(window.count)
        var taps = [Double](repeating: 0, count: tapCount)
        for (row, place) in window.enumerated() {
            let centre = (Double(place) + 0.5) * scale
            let start = max(Int(centre - support + 0.5), 0)
            let count = min(Int(centre + support + 0.5), input) - start
            var sum = 0.0
            for tap in 0..<count {
                let distance = abs((Double(tap + start) - centre + 0.5) * (1 / support))
                taps[tap] = distance < 1 ? 1 - distance : 0
                sum += taps[tap]
            }
            for tap in 0..<count {
                weights[row * tapCount + tap] = Int32(0.5 + taps[tap] / sum * Double(1 << Self.fractionBits))
            }
            spans.append((start, count))
        }
    }
}

/// Resizes and crops images of interleaved bytes into planes.
package enum TriangleResize {
    /// Writes the window of `geometry` to `target`, row-major [C, H, W]; `source` is [height, width, C].
    ///
    /// Cost: one intermediate plane; products proportional to input rows × output columns and output pixels × taps.
    package static func cover(
        _ source: UnsafeBufferPointer<UInt8>, channels: Int, height: Int, width: Int, geometry: CoverGeometry,
        into target: UnsafeMutableBufferPointer<UInt8>
    ) {
        precondition(
            source.count >= channels * height * width, "\(source.count) bytes are not \(height) × \(width) × \(channels)")
        precondition(
            target.count == channels * geometry.rows.count * geometry.columns.count,
            "\(target.count) bytes do not fit \(geometry)")
        let horizontal = ResizeAxis(from: width, to: geometry.scaledWidth, window: geometry.columns)
        let vertical = ResizeAxis(from: height, to: geometry.scaledHeight, window: geometry.rows)
        let plane = geometry.rows.count * geometry.columns.count
        for channel in 0..<channels {
            resize(
                source.baseAddress! + channel, pixelStride: channels, rowStride: width * channels, horizontal, vertical,
                into: target.baseAddress! + channel * plane)
        }
    }

    /// Writes `part` of one channel of an image to `target`.
    ///
    /// - Parameters:
    ///   - source: the channel's first pixel.
    ///   - pixelStride: bytes from a pixel to the next of its row; rows follow each other.
    package static func scale(
        _ source: UnsafePointer<UInt8>, pixelStride: Int, _ part: ScaledPart, into target: UnsafeMutablePointer<UInt8>
    ) {
        let (box, rowStride) = (part.box, part.width * pixelStride)
        resize(
            source + box.top * rowStride + box.left * pixelStride, pixelStride: pixelStride, rowStride: rowStride,
            ResizeAxis(from: box.width, to: part.scaledWidth, window: part.columns),
            ResizeAxis(from: box.height, to: part.scaledHeight, window: part.rows), into: target)
    }

    /// One channel: its rows, as far as they are needed, and then what comes of them by columns.
    private static func resize(
        _ source: UnsafePointer<UInt8>, pixelStride: Int, rowStride: Int, _ horizontal: ResizeAxis, _ vertical: ResizeAxis,
        into target: UnsafeMutablePointer<UInt8>
    ) {
        let firstRow = vertical.spans.first!.start
        let rowCount = vertical.spans.last!.start + vertical.spans.last!.count - firstRow
        let width = horizontal.spans.count
        let plane = UnsafeMutablePointer<UInt8>.allocate(capacity: rowCount * width)
        defer { plane.deallocate() }
        scaleRows(
            source + firstRow * rowStride, pixelStride: pixelStride, rowStride: rowStride, rowCount: rowCount, axis: horizontal,
            into: plane)
        scaleColumns(plane, width: width, firstRow: firstRow, axis: vertical, into: target)
    }

    private static func scaleRows(
        _ source: UnsafePointer<UInt8>, pixelStride: Int, rowStride: Int, rowCount: Int, axis: ResizeAxis,
        into plane: UnsafeMutablePointer<UInt8>
    ) {
        axis.spans.withUnsafeBufferPointer { spans in
            axis.weights.withUnsafeBufferPointer { weights in
                for row in 0..<rowCount {
                    let line = source + row * rowStride
                    for column in 0..<spans.count {
                        let span = spans[column]
                        let taps = weights.baseAddress! + column * axis.tapCount
                        var sum: Int32 = 1 << (ResizeAxis.fractionBits - 1)
                        for tap in 0..<span.count {
                            sum &+= Int32(line[(span.start + tap) * pixelStride]) &* taps[tap]
                        }
                        plane[row * spans.count + column] = clipped(sum)
                    }
                }
            }
        }
    }

    private static func scaleColumns(
        _ plane: UnsafePointer<UInt8>, width: Int, firstRow: Int, axis: ResizeAxis, into target: UnsafeMutablePointer<UInt8>
    ) {
        withUnsafeTemporaryAllocation(of: Int32.self, capacity: width) { sums in
            for (row, span) in axis.spans.enumerated() {
                sums.update(repeating: 1 << (ResizeAxis.fractionBits - 1))
                for tap in 0..<span.count {
                    let weight = axis.weights[row * axis.tapCount + tap]
                    let line = plane + (span.start - firstRow + tap) * width
                    for column in 0..<width {
                        sums[column] &+= Int32(line[column]) &* weight
                    }
                }
                for column in 0..<width {
                    target[row * width + column] = clipped(sums[column])
                }
            }
        }
    }

    private static func clipped(_ sum: Int32) -> UInt8 {
        UInt8(clamping: sum >> ResizeAxis.fractionBits)
    }
}
