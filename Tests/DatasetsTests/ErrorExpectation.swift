import Datasets
import Tensors
import Testing

/// Expects `body` to fail with a message that holds every one of `parts`: the file, the place, the remedy.
func expectError(
    _ category: DatasetError.Category, naming parts: String..., sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Void
) {
    do {
        try body()
        Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    } catch let error as DatasetError {
        #expect(error.category == category, "\(error)", sourceLocation: sourceLocation)
        for part in parts {
            #expect(error.description.contains(part), "\(error)", sourceLocation: sourceLocation)
        }
    } catch {
        Issue.record(error, sourceLocation: sourceLocation)
    }
}

extension ImageDataset {
    /// The pixels of an image, row-major [C, H, W].
    func pixels(_ index: Int, of split: Split = .training) throws -> [UInt8] {
        var pixels = [UInt8](repeating: 0, count: imageShape.elementCount)
        try pixels.withUnsafeMutableBufferPointer { try decode(index, of: split, into: $0) }
        return pixels
    }
}
