import CImageCodecs
import TestSupport

/// Writes IDX files, honest and otherwise.
enum IDXFixture {
    static func header(_ dimensions: [Int], type: UInt8 = 8, rank: Int? = nil) -> [UInt8] {
        [0, 0, type, UInt8(rank ?? dimensions.count)] + dimensions.flatMap(bigEndian)
    }

    private static func bigEndian(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(value >> $0 & 255) }
    }

    /// Pixel `i` of an image file made here.
    static func pixel(_ i: Int) -> UInt8 { UInt8((i * 37 + i / 11) & 255) }

    static func images(count: Int, rows: Int = 28, columns: Int = 28) -> [UInt8] {
        header([count, rows, columns]) + (0..<count * rows * columns).map(pixel)
    }

    static func labels(count: Int, classes: Int = 10) -> [UInt8] {
        header([count]) + (0..<count).map { UInt8($0 % classes) }
    }

    static func gzipped(_ bytes: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        precondition(codecs_gzip_write_start(&stream) == Z_OK, "zlib has no memory")
        defer { deflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: bytes.count + bytes.count / 8 + 256)
        let count = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                precondition(deflate(&stream, Z_FINISH) == Z_STREAM_END, "the output has room for everything")
                return output.count - Int(stream.avail_out)
            }
        }
        return Array(output[..<count])
    }

    /// A whole set of 40 training and 20 validation images.
    static func write(to folder: TemporaryFolder, gzip: Bool = false, rows: Int = 28, columns: Int = 28) throws {
        let files = [
            ("train-images-idx3-ubyte", images(count: 40, rows: rows, columns: columns)),
            ("train-labels-idx1-ubyte", labels(count: 40)),
            ("t10k-images-idx3-ubyte", images(count: 20, rows: rows, columns: columns)),
            ("t10k-labels-idx1-ubyte", labels(count: 20)),
        ]
        for (name, bytes) in files {
            try folder.write(gzip ? name + ".gz" : name, gzip ? gzipped(bytes) : bytes)
        }
    }
}
