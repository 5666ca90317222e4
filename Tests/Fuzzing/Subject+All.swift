extension Subject {
    /// Every subject, and which share of the cases it gets, in parts of a hundred.
    package static let all: [(subject: Subject, share: Int)] = [
        (idxImages, 30), (idxLabels, 20), (idxGzip, 4), (pictures, 4), (pictureFiles, 1), (configuration, 4),
        (configurationFiles, 1),
    ]
}
