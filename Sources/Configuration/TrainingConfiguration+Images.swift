import Datasets
import Tensors

extension TrainingConfiguration {
    /// Fills in how images are brought to a network's size, and what is done to those of training.
    ///
    /// Photos are cropped, where that leaves something to choose, and mirrored; the program's own images already show their objects in
    /// all places; a mirrored digit of an IDX file would be another. Throws where two ways to choose a part of an image are given, and
    /// where a setting says how something is done that is not.
    mutating func resolveImages(of source: DatasetSource, inputShape: Shape) throws(ConfigurationError) {
        guard crop != true || randomResizedCrop != true else {
            throw .contradiction(
                "crop and random-resized-crop are two ways to choose the part of an image that training sees, and both are given; "
                    + "leave one of them out, or add --no-crop")
        }
        try checkAugmentation()
        let window = min(inputShape[1], inputShape[2])
        if resize == nil && !source.hasSizeOfItsOwn { resize = DatasetSource.usualExtent(forWindow: window) }
        let isResized = randomResizedCrop ?? false
        randomResizedCrop = isResized
        switch source {
        case .imageFolder:
            crop = crop ?? (!isResized && scaleJitter == nil && padCrop == 0 && resize ?? 0 > window)
            mirror = mirror ?? true
        case .synthetic, .cifar:
            crop = crop ?? false
            mirror = mirror ?? true
        case .idx:
            crop = crop ?? false
            mirror = mirror ?? (flip == .alternating)
        }
        colour = colour ?? false
    }

    private func checkAugmentation() throws(ConfigurationError) {
        for (name, isGiven) in [("crop", crop == true), ("random-resized-crop", randomResizedCrop == true)]
        where isGiven && padCrop > 0 {
            throw .contradiction(
                "\(name) and pad-crop are two ways to choose the part of an image that training sees, and both are given; "
                    + "add --no-\(name) or --pad-crop 0")
        }
        for (name, remedy, isGiven) in [
            ("crop", "add --no-crop", crop == true), ("random-resized-crop", "leave it out", randomResizedCrop == true),
            ("pad-crop", "give --pad-crop 0", padCrop > 0),
        ] where isGiven && scaleJitter != nil {
            throw .contradiction(
                "\(name) and scale-jitter are two ways to choose the part of an image that training sees, and both are given; "
                    + "\(remedy), or leave scale-jitter out")
        }
        guard padMode == .zeros || padCrop > 0 else {
            throw .contradiction(
                "pad-mode \(padMode.rawValue) is given, but nothing is padded; add --pad-crop 4, or leave it out")
        }
        guard flip == .random || mirror != false else {
            throw .contradiction(
                "flip \(flip.rawValue) says which images are mirrored, and none are; leave it out, or give --mirror")
        }
    }
}
