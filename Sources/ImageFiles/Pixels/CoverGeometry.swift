/// How an image of any size becomes one of a fixed size: scaled until it just covers it, then cropped to its centre.
///
/// For squares it is torchvision's `Resize` of the shorter side followed by `CenterCrop`, rounding included: of what is kept, the
/// central window is what `CenterCrop` of that window leaves of the scaled image.
package struct CoverGeometry: Equatable {
    /// The size the whole image is scaled to, of which only the rows and columns below are computed.
    let scaledHeight: Int
    let scaledWidth: Int
    let rows: Range<Int>
    let columns: Range<Int>

    /// - Parameters:
    ///   - targetHeight, targetWidth: of what is kept.
    ///   - window: what a network is shown of it; all of it unless given.
    package init(
        height: Int, width: Int, coveringHeight targetHeight: Int, width targetWidth: Int,
        window: (height: Int, width: Int)? = nil
    ) {
        if height * targetWidth <= width * targetHeight {
            scaledHeight = targetHeight
            scaledWidth = max(targetHeight * width / height, targetWidth)
        } else {
            scaledWidth = targetWidth
            scaledHeight = max(targetWidth * height / width, targetHeight)
        }
        let window = window ?? (targetHeight, targetWidth)
        let top =
            Self.centre(of: window.height, in: scaledHeight) - Self.centre(of: window.height, in: targetHeight)
        let left = Self.centre(of: window.width, in: scaledWidth) - Self.centre(of: window.width, in: targetWidth)
        rows = top..<top + targetHeight
        columns = left..<left + targetWidth
    }

    /// Where a window of `extent` pixels begins that lies in the middle of `whole`. Python rounds halves to even, and torchvision's
    /// crop with it.
    package static func centre(of extent: Int, in whole: Int) -> Int {
        Int((Double(whole - extent) / 2).rounded(.toNearestOrEven))
    }
}
