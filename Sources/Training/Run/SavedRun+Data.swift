import Checkpoints
import Configuration
import Datasets

/// The data of a run that goes on, as its checkpoint has them.
extension SavedRun {
    /// Keys of a checkpoint's metadata.
    enum DataKey {
        static let identity = "data.identity"
        static let digest = "data.digest"
        static let classes = "data.classes"
        static let trainingExamples = "data.training_examples"
        static let validationExamples = "data.validation_examples"
    }

    /// Holds data to those that the run began with. Gives sentences on what differs and may.
    ///
    /// Throws `ConfigurationError` where a run that goes on with them would be another run, unless that is allowed.
    /// - Parameters:
    ///   - identity: of `dataset`.
    ///   - configuration: the settings that hold now.
    func check(
        _ dataset: any ImageDataset, _ identity: DataIdentity, from source: DatasetSource, _ configuration: TrainingConfiguration
    ) throws -> [String] {
        let current = DataMatch(
            dataset: dataset, place: "\(source)", identity: identity, configuration: configuration,
            savedData: self.configuration.data)
        guard let text = metadata[DataKey.identity] else { return try checkCounts(current) }
        guard let before = DataIdentity(text: text) else {
            throw TrainingError.badCheckpoint(path: path, problem: "its metadata have no \(DataKey.identity) that can be read")
        }
        let comparison = DataComparison(of: identity, with: before)
        guard comparison.grade == .other else {
            return comparison.grade == .same ? [] : ["\(current.place): changed since \(path) was saved: \(comparison.summary)"]
        }
        // What is left out because it cannot be read was there before, and leaving it out has been asked for.
        if configuration.skipUnreadable, try DataIdentity(of: dataset, withUnreadable: true) == before {
            let count = dataset.inventory.unreadable.count
            return [
                "\(count) image\(count == 1 ? "" : "s") that cannot be read will be left out from here on: epochs are shorter"
            ]
        }
        return try admit(current, comparison.summary, classesBefore: metadata[DataKey.classes].flatMap { Int($0) })
    }

    /// What a checkpoint of an older release tells of its data.
    private func checkCounts(_ current: DataMatch) throws -> [String] {
        let dataset = current.dataset
        let now = [
            (DataKey.classes, "classes", dataset.classCount),
            (DataKey.trainingExamples, "training images", dataset.exampleCount(.training)),
            (DataKey.validationExamples, "validation images", dataset.exampleCount(.validation)),
        ]
        for (key, noun, count) in now {
            guard let before = metadata[key], before != "\(count)" else { continue }
            return try admit(
                current, "there are \(count) \(noun), and were \(before)",
                classesBefore: metadata[DataKey.classes].flatMap { Int($0) })
        }
        // What a program makes itself is the same if it is asked for the same.
        if case .options = dataset.identityBasis, current.configuration.data == current.savedData { return [] }
        return [
            "whether \(current.place) holds what the run began with cannot be told beyond the number of images: \(path) was saved by an "
                + "older release, which recorded no more"
        ]
    }

    private func admit(_ current: DataMatch, _ difference: String, classesBefore: Int?) throws -> [String] {
        let configuration = current.configuration
        let place = current.place
        if let before = classesBefore, before != current.dataset.classCount, configuration.classes == nil {
            let count = current.dataset.classCount
            let another =
                count < before
                ? "; or begin another run from the same weights with --init-from \(path) --model \(configuration.model) --classes "
                    + "\(before) --data \(configuration.data)" : ""
            throw ConfigurationError.contradiction(
                "\(place): these are not the data that the run began with: \(difference); bring them back to what they were, or give "
                    + "the place of the data that it began with as --data\(another)")
        }
        guard configuration.allowChangedData else {
            throw ConfigurationError.contradiction(
                "\(place): these are not the data that the run began with: \(difference); bring them back to what they were, give the "
                    + "place of the data that it began with as --data, or go on with them as they are now with --allow-changed-data"
            )
        }
        return ["the run goes on with other data than it began with, as was allowed: \(difference)"]
    }
}

/// The data that a run would go on with.
private struct DataMatch {
    let dataset: any ImageDataset
    /// Where they are, for messages.
    let place: String
    let identity: DataIdentity
    let configuration: TrainingConfiguration
    /// What the run was told of its data when it began.
    let savedData: String
}
