import Datasets
import Fuzzing
import ImageFiles
import TestSupport

/// CIFAR sets as files in folders and archives.
enum CIFARFixture {
    /// Batches of different sizes, as subsets have them.
    static let cifar10 = CIFARBytes.cifar10 { [1: 4, 2: 3, 3: 1, 4: 5, 5: 2, 6: 6][$0]! }
    static let cifar100 = CIFARBytes.cifar100 { [1: 7, 2: 3][$0]! }

    static func write(_ files: [(name: String, bytes: [UInt8])], to folder: TemporaryFolder, below: String = "") throws {
        for (name, bytes) in files { try folder.write(below + name, bytes) }
    }

    /// The set in an archive of these bytes, which come in pieces of `size`.
    static func set(_ archive: [UInt8], inPiecesOf size: Int = 1 << 20, coarse: Bool = false) throws -> CIFARDataset {
        try CIFARDataset(archive: Pieces(bytes: archive, size: size), coarse: coarse)
    }

    /// Bytes that come in pieces of one size.
    struct Pieces: ByteSource {
        let path = "/sets/cifar.tar"
        let bytes: [UInt8]
        let size: Int

        func forEachPiece(_ body: (UnsafeRawBufferPointer) throws(DatasetError) -> Bool) throws(DatasetError) {
            for start in stride(from: 0, to: bytes.count, by: size) {
                let piece = FileContents(path: path, copying: bytes[start..<min(start + size, bytes.count)])
                guard try body(piece.bytes) else { return }
            }
        }
    }
}

extension FileContents {
    fileprivate convenience init(path: String, copying bytes: ArraySlice<UInt8>) {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 16)
        buffer.copyBytes(from: bytes)
        self.init(path: path, adopting: buffer)
    }
}
