import CKernels
import KernelChoices
import Layouts
import OneDNN
import Tensors

/// How the loops of batch normalisation go through a tensor [N, C, …] of single precision: in the layout that it has, if its channels lie
/// in rows, in blocks, or innermost.
struct NormalizationLoop {
    let layout: Layout
    let channels: Int
    /// Channels with those that only fill a block.
    let paddedChannels: Int
    /// Values of each channel.
    let valuesPerChannel: Int
    let instructions: InstructionSet
    private let shape: ckernels_normalization

    init(over offered: Layout, _ instructions: InstructionSet) {
        self.instructions = instructions
        let tensor = ChannelBlocks(offered)
        (layout, channels) = (tensor.layout, tensor.channels)
        let blocks = (channels + tensor.block - 1) / tensor.block
        paddedChannels = blocks * tensor.block
        valuesPerChannel = tensor.examples * tensor.pixels
        // Where a block is all channels, one example's pixels follow on another's.
        shape =
            blocks == 1
            ? ckernels_normalization(images: 1, blocks: 1, pixels: Int64(valuesPerChannel), block: Int64(tensor.block))
            : ckernels_normalization(
                images: Int64(tensor.examples), blocks: Int64(blocks), pixels: Int64(tensor.pixels), block: Int64(tensor.block))
    }

    var implementation: String { "loop:\(instructions), \(layout.formatName)" }

    /// Room for two numbers in double precision and four in single for each channel.
    var scratchpadBytes: Int { paddedChannels * (2 * MemoryLayout<Double>.stride + 4 * MemoryLayout<Float>.stride) }

    /// The scratchpad as its columns, with zeros in them: of channels that only fill a block they stay.
    func columns(in scratchpad: UnsafeMutableRawPointer) -> NormalizationColumns {
        let doubles = scratchpad.assumingMemoryBound(to: Double.self)
        let floats = (doubles + 2 * paddedChannels).withMemoryRebound(to: Float.self, capacity: 4 * paddedChannels) { $0 }
        floats.update(repeating: 0, count: 4 * paddedChannels)
        return NormalizationColumns(
            sums: doubles, products: doubles + paddedChannels, mean: floats, factor: floats + paddedChannels,
            offset: floats + 2 * paddedChannels, slope: floats + 3 * paddedChannels)
    }

    /// Sums and sums of squares.
    func addMoments(of x: UnsafePointer<Float>, _ columns: NormalizationColumns) {
        withUnsafePointer(to: shape) {
            ckernels_normalization_moments(instructions.number, $0, x, columns.sums, columns.products)
        }
    }

    /// y = (x − mean) · factor + offset, + shortcut, behind a ReLU.
    func normalize(
        _ x: UnsafePointer<Float>, _ columns: NormalizationColumns, shortcut: UnsafePointer<Float>?, rectifies: Bool,
        into y: UnsafeMutablePointer<Float>
    ) {
        withUnsafePointer(to: shape) {
            ckernels_normalization_forward(
                instructions.number, $0, x, columns.mean, columns.factor, columns.offset, shortcut, rectifies ? 1 : 0, y)
        }
    }

    /// Σ ∂z and Σ ∂z · (x − mean); `y` cuts ∂y off to ∂z.
    func addGradientSums(
        _ dy: UnsafePointer<Float>, _ x: UnsafePointer<Float>, where y: UnsafePointer<Float>?, _ columns: NormalizationColumns
    ) {
        withUnsafePointer(to: shape) {
            ckernels_normalization_gradient_sums(
                instructions.number, $0, dy, x, y, columns.mean, columns.sums, columns.products)
        }
    }

    /// ∂x = (∂z − offset − (x − mean) · slope) · factor, and ∂z.
    func writeGradient(
        _ dy: UnsafePointer<Float>, _ x: UnsafePointer<Float>, where y: UnsafePointer<Float>?, _ columns: NormalizationColumns,
        into dx: UnsafeMutablePointer<Float>, _ dz: UnsafeMutablePointer<Float>?
    ) {
        withUnsafePointer(to: shape) {
            ckernels_normalization_backward(
                instructions.number, $0, dy, x, y, columns.mean, columns.factor, columns.offset, columns.slope, dx, dz)
        }
    }
}

/// Numbers for each channel, for the time of a kernel.
struct NormalizationColumns {
    let sums, products: UnsafeMutablePointer<Double>
    let mean, factor, offset, slope: UnsafeMutablePointer<Float>
}
