import ImageFiles

extension Subject {
    private static let imageWords = [
        "IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "iCCP", "zTXt", "iTXt", "sBIT", "bKGD", "hIST", "JFIF\0", "Exif\0\0",
        "Adobe",
        "ICC_PROFILE\0", "VP8 ", "VP8L", "VP8X", "ALPH", "ANMF", "EXIF", "XMP ", ",", "!",
    ]

    /// Images of every format, read from memory, at the size of a small network's input.
    package static let images = Subject(
        "images", corpus: ImageBytes.all, words: imageWords, repair: PNGBytes.withTrueChecksums,
        allowance: ImageBytes.allowance
    ) { bytes, path in
        _ = try DecodedImage.decode(FileContents(path: path, copying: bytes), coveringHeight: 32, width: 32)
    }

    /// The same from real files, decoded whole.
    package static let imageFiles = Subject(
        "image-files", corpus: ImageBytes.all, words: imageWords, needsFile: true, repair: PNGBytes.withTrueChecksums,
        allowance: ImageBytes.allowance
    ) { _, path in
        _ = try DecodedImage.decode(FileContents(reading: path), coveringHeight: 1024, width: 1024)
    }
}

/// Images that are in order.
private enum ImageBytes {
    static let all = JPEGBytes.all + PNGBytes.all + SmallFormatBytes.all

    static func allowance(_ bytes: [UInt8]) -> Int {
        max(JPEGBytes.allowance(bytes), SmallFormatBytes.allowance(bytes))
    }
}
