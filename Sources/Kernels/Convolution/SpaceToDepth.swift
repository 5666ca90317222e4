import Layouts
package import OneDNN
package import Tensors

/// An image sorted by the position within a stride ("space to depth"), so that a convolution of large stride is one of stride 1.
///
/// A kernel of more than 2s and at most 3s rows and columns at stride s meets each of the s² phases with 3×3 of its elements:
///
///     x′[c·s² + i·s + j, h, w] = x[c, s·h + i − p, s·w + j − p]        w′[k, c·s² + i·s + j, a, b] = w[k, c, s·a + i, s·b + j]
///
/// and y = x′ ∗ w′ without padding. Beyond the image's and the kernel's edges there are zeros. Phases lie in blocks of 16
/// channels, filled up with zeros, and weights in blocks of 16 × 16.
package struct SpaceToDepth {
    /// [K, C, R, S]
    let weight: Shape
    /// Rows and columns of an output, and two more.
    let height, width: Int
    private let inputs, rows, columns: Int
    private let rowStride, columnStride: Int
    private let top, left: Int
    private let instructions: InstructionSet

    static let block = Layout.channelBlock

    /// - Parameters:
    ///   - image: [C, H, W]
    ///   - output: [H′, W′]
    package init(
        image: Shape, weight: Shape, geometry: ConvolutionGeometry, output: [Int], instructions: InstructionSet
    ) {
        self.weight = weight
        (height, width) = (output[0] + 2, output[1] + 2)
        (inputs, rows, columns) = (image[0], image[1], image[2])
        (rowStride, columnStride) = (geometry.strides[0], geometry.strides[1])
        (top, left) = (geometry.paddingBegin[0], geometry.paddingBegin[1])
        self.instructions = instructions
    }

    private var phasesOfAChannel: Int { rowStride * columnStride }
    private var usedChannels: Int { inputs * phasesOfAChannel }
    /// Phases of all channels, in whole blocks.
    var channels: Int { (usedChannels + Self.block - 1) / Self.block * Self.block }
    package var elementsOfAnImage: Int { channels * height * width }
    var weightElements: Int { weight[0] * channels * 9 }
    /// For people.
    var name: String { "space-to-depth \(rowStride)×\(columnStride)" }

    // MARK: Images

    /// Sorts one image, row-major, into `phases`, blocked.
    package func gather<Element: SpaceToDepthElement>(
        _ image: UnsafePointer<Float>, into phases: UnsafeMutablePointer<Element>
    ) {
        for channel in 0..<inputs {
            // A row of blocks stays in the cache until all its phases are there.
            for row in 0..<height {
                let first = rowStride * row - top
                if rowStride == 4, columnStride == 4, first >= 0, first + 4 <= rows {
                    gatherSquares(image + (channel * rows + first) * columns, row, channel * phasesOfAChannel, into: phases)
                    continue
                }
                for phase in 0..<rowStride {
                    let lane = (channel * rowStride + phase) * columnStride
                    let y = first + phase
                    if y >= 0, y < rows {
                        gatherColumns(0..<width, image + (channel * rows + y) * columns, row, lane, into: phases)
                    } else {
                        fillRow(row, lane..<lane + columnStride, of: phases)
                    }
                }
            }
        }
        for row in 0..<height { fillRow(row, usedChannels..<channels, of: phases) }
    }

    /// At a stride of 4: the columns all of whose phases lie within the image.
    package var wholeColumns: Range<Int> {
        let first = min(width, (left + 3) / 4)
        return first..<max(first, min(width, (columns + left) / 4))
    }

    /// Four rows of a channel, whose sixteen phases are a block.
    private func gatherSquares<Element: SpaceToDepthElement>(
        _ source: UnsafePointer<Float>, _ row: Int, _ lane: Int, into phases: UnsafeMutablePointer<Element>
    ) {
        let (first, end) = (wholeColumns.lowerBound, wholeColumns.upperBound)
        Element.gatherSquares(
            end - first, source + (4 * first - left), row: columns, into: phases + place(lane, row: row) + first * Self.block,
            instructions)
        for phase in 0..<4 {
            let source = source + phase * columns
            gatherColumns(0..<first, source, row, lane + 4 * phase, into: phases)
            gatherColumns(end..<width, source, row, lane + 4 * phase, into: phases)
        }
    }

    /// Some columns of one row of a channel; what lies beyond the image is zero.
    private func gatherColumns<Element: SpaceToDepthElement>(
        _ range: Range<Int>, _ source: UnsafePointer<Float>, _ row: Int, _ lane: Int, into phases: UnsafeMutablePointer<Element>
    ) {
        for step in 0..<columnStride {
            let destination = phases + place(lane + step, row: row)
            for column in range {
                let x = columnStride * column + step - left
                destination[column * Self.block] = x >= 0 && x < columns ? .rounded(source[x]) : 0
            }
        }
    }

    private func fillRow<Element: SpaceToDepthElement>(_ row: Int, _ lanes: Range<Int>, of phases: UnsafeMutablePointer<Element>)
    {
        for lane in lanes {
            let destination = phases + place(lane, row: row)
            for column in 0..<width { destination[column * Self.block] = 0 }
        }
    }

    /// Where a channel's row begins.
    @inline(__always)
    private func place(_ channel: Int, row: Int) -> Int {
        (channel / Self.block * height + row) * width * Self.block + channel % Self.block
    }

    // MARK: Weights

    /// [K, C, 3, 3] in blocks of 16 × 16.
    var weightLayout: Layout { .blockedWeights(Shape([weight[0], channels, 3, 3]), groups: 1) }

    /// Sorts weights [K, C, R, S], row-major, into `phases`.
    func gatherWeights(_ weights: UnsafePointer<Float>, into phases: UnsafeMutablePointer<Float>) {
        phases.update(repeating: 0, count: weightElements)
        forEachWeight { plain, place in phases[place] = weights[plain] }
    }

    /// The way back; what lies beyond the kernel is left out.
    func scatterWeights(_ phases: UnsafePointer<Float>, into weights: UnsafeMutablePointer<Float>) {
        forEachWeight { plain, place in weights[plain] = phases[place] }
    }

    @inline(__always)
    private func forEachWeight(_ body: (_ plain: Int, _ place: Int) -> Void) {
        let (outputs, kernelRows, kernelColumns) = (weight[0], weight[2], weight[3])
        var plain = 0
        for output in 0..<outputs {
            for channel in 0..<inputs {
                for row in 0..<kernelRows {
                    for column in 0..<kernelColumns {
                        let phase = row % rowStride * columnStride + column % columnStride
                        let element = row / rowStride * 3 + column / columnStride
                        body(plain, place(output, channel * phasesOfAChannel + phase, element))
                        plain += 1
                    }
                }
            }
        }
    }

    /// [K/16][C/16][3·3][16 c][16 k]
    @inline(__always)
    private func place(_ output: Int, _ channel: Int, _ element: Int) -> Int {
        let tile = (output / Self.block * (channels / Self.block) + channel / Self.block) * 9 + element
        return (tile * Self.block + channel % Self.block) * Self.block + output % Self.block
    }
}
