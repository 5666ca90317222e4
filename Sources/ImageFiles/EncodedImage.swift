/// What an image file says of itself, before its pixels are decoded.
package struct ImageHeader: Sendable, Equatable {
    let format: ImageFormat
    /// Rows and columns as they are stored, before any orientation is applied.
    let height: Int
    let width: Int

    /// Bytes that hold the header of all but a few files; those with large embedded profiles are read whole.
    private static let usualHeaderBytes = 1 << 14

    /// Reads the header of the file at `path`.
    ///
    /// Throws when the file is missing, empty, of no kind that is read, damaged in its header, or too large to decode.
    package init(reading path: FilePath) throws(DatasetError) {
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
            let names = ImageFormat.allCases.map(\.rawValue).joined(separator: ", ")
            throw .bad(
                path: file.path, offset: 0, problem: "the content is of no kind that is read (\(names))",
                remedy: "convert it to PNG, or remove it")
        }
        let place = try Self.size(in: file, format)
        guard place.height > 0 && place.width > 0 else {
            throw .bad(
                path: file.path, offset: place.offset,
                problem: "the image is \(place.width) × \(place.height) pixels, so it has none",
                remedy: "remove it, or copy it again")
        }
        let limit = format == .jpeg ? ImageMemory.scaledPixelLimit : ImageMemory.pixelLimit
        // Divided, since the product of two extents of 32 bits may be more than a number holds.
        guard place.height <= limit / place.width else {
            throw .bad(
                path: file.path, offset: place.offset,
                problem: "the header promises \(place.width) × \(place.height) pixels, more than the limit of \(limit)",
                remedy: "scale the image down, or remove it")
        }
        self.format = format
        height = place.height
        width = place.width
    }

    /// The size, and where in the file it stands.
    private static func size(
        in file: FileContents, _ format: ImageFormat
    ) throws(DatasetError) -> (height: Int, width: Int, offset: Int) {
        switch format {
        case .jpeg:
            let frame = try JPEGFrame(of: file)
            return (frame.height, frame.width, frame.offset)
        case .png:
            let size = try PNG.size(of: file)
            return (size.height, size.width, 16)
        case .webP:
            let size = try WebP.size(of: file)
            return (size.height, size.width, 12)
        case .gif:
            let frame = try GIFFrame(of: file)
            return (frame.canvasHeight, frame.canvasWidth, 6)
        case .bmp:
            let header = try BMPHeader(of: file)
            return (header.height, header.width, 18)
        case .netpbm:
            let header = try NetpbmHeader(of: file)
            return (header.height, header.width, 3)
        }
    }
}

/// How much memory an image may take.
enum ImageMemory {
    /// Bytes that decoding may take, beside the file's own, before all of the image has been found to be there: a mebibyte, less the
    /// tables of the decoders.
    static let unprovenByteLimit = (1 << 20) - (128 << 10)

    /// Bytes of the decoded pixels.
    static let pixelByteLimit = 512 << 20

    /// Pixels of an image that is decoded at its full size. Beyond them Pillow, too, takes a file for a trap.
    static let pixelLimit = pixelByteLimit / 3

    /// Pixels of an image that can be decoded at a reduced size: more than the largest sensors have, few enough to be gone through.
    static let scaledPixelLimit = 1 << 29

    /// Bytes of the coefficients that a JPEG file in several scans makes a decoder keep.
    static let coefficientByteLimit = 1 << 30
}

extension DatasetError {
    /// The error for an image whose pixels are not all there, or cannot be made out.
    static func damagedImage(_ file: FileContents, _ format: ImageFormat, at offset: Int, _ reason: String) -> DatasetError {
        .bad(
            path: file.path, offset: offset,
            problem: "the \(format.rawValue) data from there on are damaged or cut off (\(reason))",
            remedy: "copy or download the image again, or remove it")
    }

    /// The error for an image in order that is of a kind no decoder here can show.
    static func unreadKind(_ file: FileContents, at offset: Int, _ kind: String) -> DatasetError {
        .bad(path: file.path, offset: offset, problem: "\(kind) is not read", remedy: "convert it to PNG, or remove it")
    }
}
