import CImageCodecs

/// JPEG files, through libjpeg-turbo.
enum JPEG {
    /// Decodes `file` at the largest reduction of 1, 2, 4 or 8 that still covers `extent`, and without one at none, unless its pixels would
    /// then take more than `ImageMemory.pixelByteLimit`: a half of the most that a header may promise does not.
    ///
    /// The reductions, the accurate transform and the smooth upsampling are those of Pillow's `draft` and decoder.
    /// Throws when the data are damaged or cut off. What a header promises is never taken on its word: an image that would take
    /// more memory than `unprovenByteLimit` is first gone through at an eighth without being kept, which shows whether its data are
    /// there, however few bytes they are.
    static func decode(_ file: FileContents, covering extent: (height: Int, width: Int)?) throws(DatasetError) -> DecodedImage {
        let frame = try JPEGFrame(of: file)
        try check(frame, of: file)
        let (height, width) = (frame.height, frame.width)
        let wanted =
            extent.flatMap { extent in [8, 4, 2].first { height >= $0 * extent.height && width >= $0 * extent.width } } ?? 1
        let reduction = 3 * height * width <= ImageMemory.pixelByteLimit ? wanted : max(wanted, 2)
        let scaled = frame.size(reducedBy: reduction)
        if !frame.needsCoefficients && memory(frame, reduction: reduction) > ImageMemory.unprovenByteLimit {
            var report = codecs_report()
            try read(file, frame, reduction: 8, into: nil, &report)
        }
        var image = DecodedImage(height: scaled.height, width: scaled.width)
        var report = codecs_report()
        try read(file, frame, reduction: reduction, into: image.pixels.baseAddress, &report)
        image.note(&report)
        return image
    }

    /// Throws where the frame is of a kind that is not read, or promises more than its bytes can hold or memory should.
    private static func check(_ frame: JPEGFrame, of file: FileContents) throws(DatasetError) {
        if let kind = frame.unreadKind { throw .unreadKind(file, at: frame.offset, kind) }
        guard frame.leastByteCount <= file.bytes.count - frame.scanOffset else {
            throw .bad(
                path: file.path, offset: frame.offset,
                problem:
                    "the header promises \(frame.width) × \(frame.height) pixels, more than \(file.bytes.count) bytes can hold",
                remedy: "copy or download the image again, or remove it")
        }
        guard !frame.needsCoefficients || frame.coefficientByteCount <= ImageMemory.coefficientByteLimit else {
            throw tooLarge(file, frame, "\(frame.width) × \(frame.height) pixels in several scans")
        }
    }

    private static func read(
        _ file: FileContents, _ frame: JPEGFrame, reduction: Int, into pixels: UnsafeMutablePointer<UInt8>?,
        _ report: inout codecs_report
    ) throws(DatasetError) {
        let scaled = frame.size(reducedBy: reduction)
        let code = codecs_jpeg_read(
            file.bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), file.bytes.count, Int32(scaled.height),
            Int32(scaled.width), Int32(reduction), pixels, &report)
        guard code == 0 else { throw .damagedImage(file, .jpeg, at: report.offset, text(of: &report)) }
    }

    /// What decoding takes, in bytes: the pixels, and what the library keeps of a row (some 16 rows of three components of its own).
    private static func memory(_ frame: JPEGFrame, reduction: Int) -> Int {
        let scaled = frame.size(reducedBy: reduction)
        return 3 * scaled.height * scaled.width + 48 * scaled.width
    }

    private static func tooLarge(_ file: FileContents, _ frame: JPEGFrame, _ what: String) -> DatasetError {
        .bad(
            path: file.path, offset: frame.offset,
            problem: "the header promises \(what), which takes more memory than is given to one image",
            remedy: "scale the image down, or remove it")
    }
}
