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
    /// Throws when the data are damaged or cut off.
    static func decode(_ file: FileContents, coveringHeight: Int, width coveringWidth: Int) throws(DatasetError) -> DecodedImage {
        let decompressor = try Decompressor(for: file.path)
        let (height, width) = try header(of: file, decompressor)
        let reduction = [8, 4, 2].first { height >= $0 * coveringHeight && width >= $0 * coveringWidth } ?? 1
        let scaled = (height: (height + reduction - 1) / reduction, width: (width + reduction - 1) / reduction)
        let image = DecodedImage(height: scaled.height, width: scaled.width)
        let code = tjDecompress2(
            decompressor.handle, bytes(of: file), UInt(file.bytes.count), image.pixels.baseAddress, Int32(scaled.width), 0,
            Int32(scaled.height), Int32(TJPF_RGB.rawValue), TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS)
        guard code == 0 || (decompressor.onlyWarned && isHarmless(decompressor.message)) else {
            throw .bad(
                path: file.path, problem: "the JPEG data are damaged or cut off (\(decompressor.message))",
                remedy: "copy or download the picture again, or remove it")
        }
        return image
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
                path: file.path, problem: "the JPEG header is damaged or cut off (\(decompressor.message))",
                remedy: "copy or download the picture again, or remove it")
        }
        guard colours != Int32(TJCS_CMYK.rawValue) && colours != Int32(TJCS_YCCK.rawValue) else {
            throw .bad(
                path: file.path, problem: "the picture is made of printing inks (CMYK), whose colours depend on a profile",
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
