/// What a picture file says of itself, before its pixels are decoded.
struct ImageHeader: Sendable, Equatable {
    let format: ImageFormat
    let height: Int
    let width: Int

    /// More pixels than any camera takes, few enough to decode: a file that promises more is taken for a trap.
    static let pixelLimit = 100_000_000

    /// Bytes that hold the header of all but a few files; those with large embedded profiles are read whole.
    private static let usualHeaderBytes = 1 << 14

    /// Reads the header of the file at `path`.
    ///
    /// Throws when the file is missing, empty, not what its name says, damaged in its header, or too large to decode.
    init(reading path: String) throws(DatasetError) {
        let beginning = try FileContents(reading: path, limit: Self.usualHeaderBytes)
        do {
            self = try Self(of: beginning)
        } catch {
            guard beginning.bytes.count == Self.usualHeaderBytes else { throw error }
            self = try Self(of: FileContents(reading: path))
        }
    }

    /// Reads the header that `file` begins with.
    init(of file: FileContents) throws(DatasetError) {
        guard !file.bytes.isEmpty else {
            throw .bad(path: file.path, offset: 0, problem: "the file is empty", remedy: "remove it, or copy it again")
        }
        guard let format = ImageFormat(signatureOf: file.bytes) else {
            throw .bad(
                path: file.path, offset: 0, problem: "the content is of no kind that is read (JPEG, PNG)",
                remedy: "convert it to PNG, or remove it")
        }
        guard format == .jpeg || format == .png else {
            throw .bad(
                path: file.path, offset: 0, problem: "\(format.rawValue) is not read", remedy: "convert it to PNG, or remove it")
        }
        let (height, width) = format == .jpeg ? try JPEG.size(of: file) : try PNG.size(of: file)
        guard height > 0 && width > 0 else {
            throw .bad(
                path: file.path, offset: try Self.offset(of: format, file),
                problem: "the picture is \(width) × \(height) pixels, so it has none",
                remedy: "remove it, or copy it again")
        }
        // Divided, since the product of two extents of 32 bits may be more than a number holds.
        guard height <= Self.pixelLimit / width else {
            throw .bad(
                path: file.path, offset: try Self.offset(of: format, file),
                problem: "the header promises \(width) × \(height) pixels, more than the limit of \(Self.pixelLimit)",
                remedy: "scale the picture down, or remove it")
        }
        self.format = format
        self.height = height
        self.width = width
    }

    /// Where the header says the size.
    private static func offset(of format: ImageFormat, _ file: FileContents) throws(DatasetError) -> Int {
        format == .jpeg ? try JPEGFrame(of: file).offset : 16
    }
}

/// The pixels of a picture: [height, width, 3], red, green, blue.
package struct DecodedImage: ~Copyable {
    package let height: Int
    package let width: Int
    let pixels: UnsafeMutableBufferPointer<UInt8>

    /// Bytes that decoding may take, beside the file's own, before all of the picture has been found to be there: a mebibyte, less
    /// the tables of the decoders.
    static let unprovenByteLimit = (1 << 20) - (128 << 10)

    init(height: Int, width: Int) {
        self.height = height
        self.width = width
        pixels = .allocate(capacity: height * width * 3)
    }

    deinit {
        pixels.deallocate()
    }

    /// Decodes `file`, if it can be had for less at a reduced size that still covers `height` × `width`.
    ///
    /// Throws when the file is damaged, cut off, or of a kind that cannot be shown in red, green and blue.
    package static func decode(
        _ file: FileContents, coveringHeight height: Int, width: Int
    ) throws(DatasetError) -> DecodedImage {
        let header = try ImageHeader(of: file)
        switch header.format {
        case .jpeg: return try JPEG.decode(file, coveringHeight: height, width: width)
        default: return try PNG.decode(file, height: header.height, width: header.width)
        }
    }
}
