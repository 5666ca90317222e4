extension Subject {
    /// Every subject, and which share of the cases it gets, in hundredths.
    package static let all: [(subject: Subject, share: Int)] = [
        (idxImages, 25), (idxLabels, 15), (idxGzip, 4), (safeTensors, 40), (checkpointFiles, 1), (images, 8), (imageFiles, 1),
        (configuration, 5), (configurationFiles, 1),
    ]
}
