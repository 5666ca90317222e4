import Datasets
import Tensors

extension TrainingConfiguration {
    /// Fills in how images are brought to a network's size, and what is done to those of training.
    ///
    /// Photos are cropped, where that leaves something to choose, and mirrored; the program's own images already show their objects in
    /// all places; a mirrored digit of an IDX file would be another. Throws where two ways to choose a part of an image are given.
    mutating func resolveImages(of source: DatasetSource, inputShape: Shape) throws(TrainingError) {
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

    /// Fills in what an older release's checkpoint did not say, since there was no choice.
    mutating func fillInOlderChoices(_ learnt: LearntData) {
        randomResizedCrop = randomResizedCrop ?? false
        let hasSizeOfItsOwn = (try? DatasetSource(parsing: data))?.hasSizeOfItsOwn ?? false
        // A data set of grey images is one of IDX files, which stay as they are.
        guard resize == nil, !hasSizeOfItsOwn, let shape = learnt.imageShape, shape[0] == 3, shape[1] == shape[2] else { return }
        resize = shape[1]
    }
}
