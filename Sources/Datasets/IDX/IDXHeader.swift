import ImageFiles

/// The header of an IDX file: two zero bytes, the element type, the number of dimensions, then each extent, big-endian.
///
/// Source: Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits", section "File formats".
struct IDXHeader: Equatable {
    /// Extents, outermost first: the number of items, then of rows and columns if the items are images.
    let dimensions: [Int]

    /// Bytes of a header with `rank` dimensions.
    static func byteCount(rank: Int) -> Int { 4 + 4 * rank }

    /// Bytes the header takes.
    var byteCount: Int { Self.byteCount(rank: dimensions.count) }
    /// Bytes that follow the header: one for each element.
    var dataByteCount: Int { dimensions.reduce(1, *) }

    /// Reads the header that `prefix` begins with and holds it to `rank` dimensions of unsigned bytes.
    ///
    /// Throws when the prefix is too short, is something else than IDX, or promises nothing or more than can be counted.
    init(_ prefix: some Collection<UInt8>, rank: Int, path: String) throws(DatasetError) {
        let bytes = Array(prefix.prefix(Self.byteCount(rank: rank)))
        guard bytes.count >= 4 else {
            throw .bad(
                path: path, offset: bytes.count, problem: "the file ends inside the four bytes an IDX file begins with",
                remedy: "download the file again")
        }
        guard bytes[0] == 0 && bytes[1] == 0 else {
            throw .bad(
                path: path, offset: 0,
                problem: "an IDX file begins with two zero bytes, this one with \(bytes[0]) and \(bytes[1])",
                remedy: "give an IDX file, plain or gzip'd")
        }
        guard bytes[2] == 0x08 else {
            throw .bad(
                path: path, offset: 2, problem: "the elements have type \(Self.hexadecimal(bytes[2])), not unsigned bytes (0x08)",
                remedy: "convert the file to unsigned bytes")
        }
        guard Int(bytes[3]) == rank else {
            throw .bad(
                path: path, offset: 3,
                problem: "the file has \(bytes[3]) dimensions, \(rank == 1 ? "labels have 1" : "images have \(rank)")",
                remedy: "check that image and label files were not exchanged")
        }
        guard bytes.count == Self.byteCount(rank: rank) else {
            throw .bad(
                path: path, offset: bytes.count,
                problem: "the file ends inside its header of \(Self.byteCount(rank: rank)) bytes",
                remedy: "download the file again")
        }
        dimensions = try Self.dimensions(in: bytes, rank: rank, path: path)
    }

    private static func dimensions(in bytes: [UInt8], rank: Int, path: String) throws(DatasetError) -> [Int] {
        var dimensions = [Int]()
        var elements = 1
        for axis in 0..<rank {
            let offset = 4 + 4 * axis
            let extent = bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
            guard extent > 0 else {
                throw .bad(
                    path: path, offset: offset, problem: "dimension \(axis) is 0: the file is empty",
                    remedy: "download the file again")
            }
            let (product, overflow) = elements.multipliedReportingOverflow(by: extent)
            guard !overflow else {
                throw .bad(
                    path: path, offset: offset,
                    problem: "the dimensions \(dimensions + [extent]) multiply to more than any file can hold",
                    remedy: "download the file again")
            }
            elements = product
            dimensions.append(extent)
        }
        return dimensions
    }

    /// Throws unless the file has exactly the bytes that the header promises. `counted` may stop once it is past them.
    func check(fileByteCount counted: Int, path: String) throws(DatasetError) {
        let held = counted - byteCount
        let shape = dimensions.map(String.init).joined(separator: " × ")
        guard held >= dataByteCount else {
            throw .bad(
                path: path, offset: counted,
                problem: "the header promises \(shape) = \(dataByteCount) bytes, but only \(held) follow it",
                remedy: "download the file again")
        }
        guard held == dataByteCount else {
            throw .bad(
                path: path, offset: byteCount + dataByteCount,
                problem: "the file goes on after the \(shape) = \(dataByteCount) bytes its header promises",
                remedy: "download the file again")
        }
    }

    private static func hexadecimal(_ byte: UInt8) -> String {
        (byte < 16 ? "0x0" : "0x") + String(byte, radix: 16, uppercase: true)
    }
}
