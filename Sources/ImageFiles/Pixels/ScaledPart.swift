/// A part of an image, and what of it is kept once it is scaled.
package struct ScaledPart: Sendable, Hashable {
    /// Pixels of the whole image's rows.
    package let width: Int
    /// No pixel outside it has a part in the result, as if it had been cut out before.
    package let box: CropBox
    /// What the box is scaled to.
    package let scaledHeight: Int
    package let scaledWidth: Int
    /// Of that, what is kept.
    package let rows: Range<Int>
    package let columns: Range<Int>

    /// All of a box of an image whose rows have `width` pixels, scaled to `height` × `width`.
    package init(_ box: CropBox, ofWidth whole: Int, scaledTo size: (height: Int, width: Int)) {
        width = whole
        self.box = box
        (scaledHeight, scaledWidth) = size
        rows = 0..<size.height
        columns = 0..<size.width
    }

    /// A window of a whole image of `height` × `width`, scaled to `scaled`, whose upper left corner is at `top` and `left` there.
    package init(
        height: Int, width: Int, scaledTo scaled: (height: Int, width: Int), top: Int, left: Int,
        window: (height: Int, width: Int)
    ) {
        self.width = width
        box = CropBox(top: 0, left: 0, height: height, width: width)
        (scaledHeight, scaledWidth) = scaled
        rows = top..<top + window.height
        columns = left..<left + window.width
    }
}
