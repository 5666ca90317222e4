import Datasets
import Tensors

extension TrainingConfiguration {
    /// Fills in how images are brought to a network's size, and what is done to those of training.
    ///
    /// Photos are cropped, where that leaves something to choose, and mirrored; the program's own images already show their objects in
    /// all places; a mirrored digit of an IDX file would be another. Throws where two ways to choose a part of an image are given.
    mutating func resolveImages(of source: DatasetSource, inputShape: Shape) throws(ConfigurationError) {
        guard crop != true || randomResizedCrop != true else {
            throw .contradiction(
                "crop and random-resized-crop are two ways to choose the part of an image that training sees, and both are given; "
                    + "leave one of them out, or add --no-crop")
        }
        let window = min(inputShape[1], inputShape[2])
        if resize == nil && !source.hasSizeOfItsOwn { resize = DatasetSource.usualExtent(forWindow: window) }
        let isResized = randomResizedCrop ?? false
        randomResizedCrop = isResized
        switch source {
        case .imageFolder:
            crop = crop ?? (!isResized && resize ?? 0 > window)
            mirror = mirror ?? true
        case .synthetic:
            crop = crop ?? false
            mirror = mirror ?? true
        case .idx:
            crop = crop ?? false
            mirror = mirror ?? false
        }
        colour = colour ?? false
    }
}
