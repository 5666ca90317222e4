extension Subject {
    /// Every subject, and which share of the cases it gets, in hundredths.
    package static let all: [(subject: Subject, share: Int)] = [
        (idxImages, 23), (idxLabels, 13), (idxGzip, 4), (cifarTar, 4), (cifarGzip, 1), (safeTensors, 39), (checkpointFiles, 1),
        (images, 8), (imageFiles, 1), (configuration, 5), (configurationFiles, 1),
    ]
}
