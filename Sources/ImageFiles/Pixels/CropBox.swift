/// A rectangle of an image, in pixels from its upper left corner.
package struct CropBox: Sendable, Hashable {
    package let top: Int
    package let left: Int
    package let height: Int
    package let width: Int

    package init(top: Int, left: Int, height: Int, width: Int) {
        (self.top, self.left, self.height, self.width) = (top, left, height, width)
    }
}
