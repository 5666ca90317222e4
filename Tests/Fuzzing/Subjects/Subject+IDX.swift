import CImageCodecs
import Datasets
import ImageFiles

extension Subject {
    /// The header and the length of images in an IDX file.
    package static let idxImages = Subject("idx-images", corpus: [IDXBytes.images, IDXBytes.onePixel]) { bytes, path in
        _ = try IDXFile(FileContents(path: path, copying: bytes), rank: 3)
    }

    /// The header and the length of labels in an IDX file.
    package static let idxLabels = Subject("idx-labels", corpus: [IDXBytes.labels]) { bytes, path in
        _ = try IDXFile(FileContents(path: path, copying: bytes), rank: 1)
    }

    /// Images in a gzip'd IDX file: with damage to the wrapping, and with damage to what is wrapped.
    package static let idxGzip = Subject(
        "idx-gzip", corpus: [IDXBytes.images, IDXBytes.gzipped(IDXBytes.images), IDXBytes.gzipped(IDXBytes.large)],
        repair: IDXBytes.wrapped
    ) { bytes, path in
        _ = try IDXFile(FileContents(path: path, copying: bytes), rank: 3)
    }
}

/// IDX files that are in order.
enum IDXBytes {
    static let images = header([3, 4, 5]) + (0..<60).map { UInt8($0 * 37 & 255) }
    static let onePixel = header([1, 1, 1]) + [7]
    static let labels = header([12]) + (0..<12).map { UInt8($0 % 10) }
    /// Two mebibytes of zeros, which gzip makes two kibibytes of.
    static let large = header([2, 1024, 1024]) + [UInt8](repeating: 0, count: 2 << 20)

    private static func header(_ dimensions: [Int]) -> [UInt8] {
        [0, 0, 8, UInt8(dimensions.count)] + dimensions.flatMap { value in [24, 16, 8, 0].map { UInt8(value >> $0 & 255) } }
    }

    /// gzip'd, unless it is already.
    static func wrapped(_ bytes: [UInt8]) -> [UInt8] {
        bytes.starts(with: [0x1F, 0x8B]) ? bytes : gzipped(bytes)
    }

    static func gzipped(_ bytes: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        precondition(codecs_gzip_write_start(&stream) == Z_OK, "zlib has no memory")
        defer { deflateEnd(&stream) }
        var input = bytes
        return [UInt8](unsafeUninitializedCapacity: bytes.count + bytes.count / 8 + 256) { output, count in
            input.withUnsafeMutableBufferPointer { input in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                precondition(deflate(&stream, Z_FINISH) == Z_STREAM_END, "the output has room for everything")
            }
            count = output.count - Int(stream.avail_out)
        }
    }
}
