import Datasets
import Tensors

extension ImageDataset {
    /// The pixels of an image, row-major [C, H, W].
    func pixels(_ index: Int, of split: Split = .training) throws -> [UInt8] {
        var pixels = [UInt8](repeating: 0, count: imageShape.elementCount)
        try pixels.withUnsafeMutableBufferPointer { try decode(index, of: split, into: $0) }
        return pixels
    }
}
