import CImageCodecs

/// The pixels of an image: [height, width, 3], red, green, blue.
package struct DecodedImage: ~Copyable {
    package let height: Int
    package let width: Int
    package let pixels: UnsafeMutableBufferPointer<UInt8>
    /// What was not in order in the file, although every pixel was there; nil where all was.
    package fileprivate(set) var warning: String?

    /// Room for an image, whose pixels are written afterwards.
    init(height: Int, width: Int) {
        self.height = height
        self.width = width
        pixels = .allocate(capacity: height * width * 3)
    }

    deinit {
        pixels.deallocate()
    }

    /// Decodes `file`, at a reduced size where its format can be had for less at one that still covers `height` × `width`.
    ///
    /// With `exifOrientation` the image is turned and mirrored as the file's orientation tag says, if it has one; `height` and `width`
    /// are those of the turned image. Throws when the file is damaged, cut off, or of a kind that cannot be shown in red, green and
    /// blue.
    package static func decode(
        _ file: FileContents, coveringHeight height: Int, width: Int, exifOrientation: Bool = true
    ) throws(DatasetError) -> DecodedImage {
        try decode(file, covering: (height, width), exifOrientation: exifOrientation)
    }

    /// Decodes all pixels of `file`. A JPEG that would then take more than `ImageMemory.pixelByteLimit` is decoded at half its size.
    ///
    /// Turns, mirrors and throws as the other does.
    package static func decodeWhole(_ file: FileContents, exifOrientation: Bool = true) throws(DatasetError) -> DecodedImage {
        try decode(file, covering: nil, exifOrientation: exifOrientation)
    }

    private static func decode(
        _ file: FileContents, covering extent: (height: Int, width: Int)?, exifOrientation: Bool
    ) throws(DatasetError) -> DecodedImage {
        let header = try ImageHeader(of: file)
        let orientation = exifOrientation ? ImageOrientation(of: file, header.format) : .upright
        let image =
            switch header.format {
            case .jpeg:
                try JPEG.decode(
                    file, covering: orientation.swapsAxes ? extent.map { (height: $0.width, width: $0.height) } : extent)
            case .png: try PNG.decode(file, height: header.height, width: header.width)
            case .webP: try WebP.decode(file, height: header.height, width: header.width)
            case .gif: try GIF.decode(file)
            case .bmp: try BMP.decode(file)
            case .netpbm: try Netpbm.decode(file)
            }
        return orientation == .upright ? image : turned(image, orientation)
    }

    private static func turned(_ image: consuming DecodedImage, _ orientation: ImageOrientation) -> DecodedImage {
        let isSwapped = orientation.swapsAxes
        var result = DecodedImage(height: isSwapped ? image.width : image.height, width: isSwapped ? image.height : image.width)
        result.warning = image.warning
        orientation.apply(to: UnsafeBufferPointer(image.pixels), height: image.height, width: image.width, into: result.pixels)
        return result
    }

    /// Notes what a decoder said although it gave all pixels.
    mutating func note(_ report: inout codecs_report) {
        if report.warning_count > 0 { warning = text(of: &report) }
    }
}

/// The words of a decoder's report.
func text(of report: inout codecs_report) -> String {
    withUnsafeBytes(of: &report.message) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
}

extension DecodedImage {
    /// Scales the image until it just covers `height` × `width`, and writes the part in its centre to `pixels`, row-major
    /// [3, height, width]. The centre is that of `window`, to the pixel.
    package func cover(height: Int, width: Int, window: (height: Int, width: Int), into pixels: UnsafeMutableBufferPointer<UInt8>)
    {
        TriangleResize.cover(
            UnsafeBufferPointer(self.pixels), channels: 3, height: self.height, width: self.width,
            geometry: CoverGeometry(
                height: self.height, width: self.width, coveringHeight: height, width: width, window: window), into: pixels)
    }
}
