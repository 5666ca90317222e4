package import ImageFiles

/// A data set whose images have sizes of their own before they are brought to the one of `imageShape`.
package protocol WholeImages: ImageDataset {
    /// Image `index` of `split` with all of its pixels, turned as its tag says. Any number of threads may decode at once.
    ///
    /// Throws when the image's file is missing or bad, naming it.
    func wholeImage(_ index: Int, of split: Split) throws(DatasetError) -> DecodedImage
}
