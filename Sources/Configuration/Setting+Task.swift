import JSONText

extension Setting {
    /// What learns, from what, and for how long.
    static let task = [
        Setting(
            "model", .text(\.model, "a name that `partrain models` lists"),
            help: "The network; `partrain models` lists them.", valueName: "name"),
        Setting(
            "classes", .number(\.classes, .classes),
            help: "How many classes the network tells apart. Default: the data set's.", valueName: "n"),
        Setting(
            "input-size", .number(\.inputSize, .inputSize),
            help: "Rows and columns of the images that the network takes. Default: the published ones.", valueName: "n"),
        Setting(
            // Where the data lie; that they are the same is held to by their content.
            "data", .text(\.data, "synthetic[:key=value,...], a folder or an archive", kind: .path), role: .conduct,
            help:
                "What to learn from: synthetic[:key=value,...], a folder of IDX files, of CIFAR's binary files or of "
                + "train/CLASS/NAME.jpg, or CIFAR's archive.",
            valueName: "source"),
        Setting(
            "coarse-labels", .truth(\.coarseLabels), help: "Learn CIFAR-100's 20 coarse classes instead of its 100."),
        Setting(
            "skip-unreadable", .truth(\.skipUnreadable), role: .conduct,
            help: "Leave out images that cannot be read, and name them, instead of refusing them.",
            discussion: "Each image of a folder is decoded once before training, to find them."),
        Setting(
            "batch-size", .number(\.batchSize, .batchSize),
            help: "Examples of a step, over all devices together.", valueName: "n"),
        Setting(
            "epochs",
            .duration(.epochs, { .epochs($0) }) { if case .epochs(let epochs) = $0 { epochs } else { nil } },
            role: .conduct, help: "Passes over the training set.", valueName: "n"),
        Setting(
            "steps",
            .duration(.steps, { .steps($0) }) { if case .steps(let steps) = $0 { steps } else { nil } },
            role: .conduct, help: "Steps, instead of epochs.", valueName: "n"),
    ]
}

extension SettingForm {
    /// One of the two ways to say how long; the last that is given holds.
    fileprivate static func duration(
        _ bounds: NumberBounds, _ duration: @escaping @Sendable (Int) -> TrainingConfiguration.Duration,
        count: @escaping @Sendable (TrainingConfiguration.Duration) -> Int?
    ) -> SettingForm {
        SettingForm(bounds.expectation) { text, configuration in
            guard let number = bounds.number(text) else { return false }
            configuration.duration = duration(number)
            return true
        } write: {
            $0.duration.flatMap(count)?.json
        }
    }
}
