import CImageCodecs

/// Owns a TurboJPEG decompressor.
private struct Decompressor: ~Copyable {
    let handle: tjhandle

    init(for path: String) throws(DatasetError) {
        guard let handle = tjInitDecompress() else {
            throw .unreadable(path: path, reason: "libjpeg-turbo has no memory", remedy: "free some memory, then run again")
        }
        self.handle = handle
    }

    deinit {
        tjDestroy(handle)
    }

    var message: String { String(cString: tjGetErrorStr2(handle)) }
    /// Whether the last call produced pixels, though something was wrong with the data.
    var onlyWarned: Bool { tjGetErrorCode(handle) == Int32(TJERR_WARNING.rawValue) }
}

/// JPEG files, through libjpeg-turbo.
enum JPEG {
    /// Height and width in the file's header.
    static func size(of file: FileContents) throws(DatasetError) -> (height: Int, width: Int) {
        try header(of: file, Decompressor(for: file.path))
    }

    /// Decodes `file` at the largest reduction of 1, 2, 4 or 8 that still covers `coveringHeight` × `coveringWidth`.
    ///
    /// The reductions, the accurate transform and the smooth upsampling are those of Pillow's `draft` and decoder.
    /// Throws when the data are damaged or cut off. What a header promises is never taken on its word: a picture that would take
    /// more memory than `unprovenByteLimit` is first decoded at an eighth, which shows whether its data are there.
    static func decode(_ file: FileContents, coveringHeight: Int, width coveringWidth: Int) throws(DatasetError) -> DecodedImage {
        let frame = try JPEGFrame(of: file)
        let decompressor = try Decompressor(for: file.path)
        let (height, width) = try header(of: file, decompressor)
        guard (height, width) == (frame.height, frame.width) else { throw damaged(file, frame.offset, "two frames") }
        guard frame.leastByteCount <= file.bytes.count - frame.scanOffset else {
            throw .bad(
                path: file.path, offset: frame.offset,
                problem: "the header promises \(width) × \(height) pixels, more than \(file.bytes.count) bytes can hold",
                remedy: "copy or download the picture again, or remove it")
        }
        let reduction = [8, 4, 2].first { height >= $0 * coveringHeight && width >= $0 * coveringWidth } ?? 1
        let limit = DecodedImage.unprovenByteLimit
        if !frame.needsCoefficients && memory(frame, reduction: reduction) > limit {
            guard memory(frame, reduction: 8) <= limit else {
                throw .bad(
                    path: file.path, offset: frame.offset,
                    problem: "the header promises \(width) × \(height) pixels, hardly to be held by \(file.bytes.count) bytes",
                    remedy: "scale the picture down, or remove it")
            }
            _ = try pixels(of: file, frame, reduction: 8, decompressor)
        }
        return try pixels(of: file, frame, reduction: reduction, decompressor)
    }

    private static func pixels(
        of file: FileContents, _ frame: JPEGFrame, reduction: Int, _ decompressor: borrowing Decompressor
    ) throws(DatasetError) -> DecodedImage {
        let scaled = size(of: frame, reduction: reduction)
        let image = DecodedImage(height: scaled.height, width: scaled.width)
        let code = tjDecompress2(
            decompressor.handle, bytes(of: file), UInt(file.bytes.count), image.pixels.baseAddress, Int32(scaled.width), 0,
            Int32(scaled.height), Int32(TJPF_RGB.rawValue), TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS)
        guard code == 0 || (decompressor.onlyWarned && isHarmless(decompressor.message)) else {
            throw damaged(file, frame.scanOffset, decompressor.message)
        }
        return image
    }

    private static func size(of frame: JPEGFrame, reduction: Int) -> (height: Int, width: Int) {
        ((frame.height + reduction - 1) / reduction, (frame.width + reduction - 1) / reduction)
    }

    /// What decoding takes, in bytes: the pixels, and what the library keeps of a row (some 16 rows of three components of its own, and
    /// an address for each row).
    private static func memory(_ frame: JPEGFrame, reduction: Int) -> Int {
        let scaled = size(of: frame, reduction: reduction)
        return 3 * scaled.height * scaled.width + 48 * scaled.width + 8 * scaled.height
    }

    private static func damaged(_ file: FileContents, _ offset: Int, _ reason: String) -> DatasetError {
        .bad(
            path: file.path, offset: offset, problem: "the JPEG data from there on are damaged or cut off (\(reason))",
            remedy: "copy or download the picture again, or remove it")
    }

    private static func header(
        of file: FileContents, _ decompressor: borrowing Decompressor
    ) throws(DatasetError) -> (height: Int, width: Int) {
        var width: Int32 = 0
        var height: Int32 = 0
        var subsampling: Int32 = 0
        var colours: Int32 = 0
        let code = tjDecompressHeader3(
            decompressor.handle, bytes(of: file), UInt(file.bytes.count), &width, &height, &subsampling, &colours)
        guard code == 0 else {
            throw .bad(
                path: file.path, offset: (try? JPEGFrame(of: file))?.offset ?? 0,
                problem: "the JPEG header from there on is damaged or cut off (\(decompressor.message))",
                remedy: "copy or download the picture again, or remove it")
        }
        guard colours != Int32(TJCS_CMYK.rawValue) && colours != Int32(TJCS_YCCK.rawValue) else {
            throw .bad(
                path: file.path, offset: (try? JPEGFrame(of: file))?.offset ?? 0,
                problem: "the picture is made of printing inks (CMYK), whose colours depend on a profile",
                remedy: "convert it to RGB")
        }
        return (Int(height), Int(width))
    }

    private static func bytes(of file: FileContents) -> UnsafePointer<UInt8>? {
        file.bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
    }

    /// Some cameras leave stray bytes between markers; every decoder skips them without loss.
    private static func isHarmless(_ warning: String) -> Bool {
        warning.contains("extraneous bytes before marker")
    }
}
