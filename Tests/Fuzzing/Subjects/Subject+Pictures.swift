import Datasets

extension Subject {
    private static let pictureWords = [
        "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "iCCP", "zTXt", "iTXt", "sBIT", "bKGD", "hIST", "JFIF\0", "Exif\0\0",
        "Adobe",
        "ICC_PROFILE\0", "VP8 ", "VP8L", "VP8X", "ALPH", "ANMF", "EXIF", "XMP ", ",", "!",
    ]

    /// Pictures of every format, read from memory, at the size of a small network's input.
    package static let pictures = Subject(
        "pictures", corpus: PictureBytes.all, words: pictureWords, repair: PNGBytes.withTrueChecksums,
        allowance: PictureBytes.allowance
    ) { bytes, path in
        _ = try DecodedImage.decode(FileContents(path: path, copying: bytes), coveringHeight: 32, width: 32)
    }

    /// The same from real files, decoded whole.
    package static let pictureFiles = Subject(
        "picture-files", corpus: PictureBytes.all, words: pictureWords, needsFile: true, repair: PNGBytes.withTrueChecksums,
        allowance: PictureBytes.allowance
    ) { _, path in
        _ = try DecodedImage.decode(FileContents(reading: path), coveringHeight: 1024, width: 1024)
    }
}

/// Pictures that are in order.
private enum PictureBytes {
    static let all = JPEGBytes.all + PNGBytes.all + SmallFormatBytes.all

    static func allowance(_ bytes: [UInt8]) -> Int {
        max(JPEGBytes.allowance(bytes), SmallFormatBytes.allowance(bytes))
    }
}
