import Datasets
import ImageFiles

extension RunRecord {
    /// How the run can go on after `error` ended it, a line each; none where it would end the same way again.
    public func waysOn(after error: any Error) -> [String] {
        let command = "partrain --resume \(path)"
        if case TrainingError.diverged = error { return [] }
        // A file of the data: what its message advises is followed by one of these.
        if let error = error as? DatasetError, error.category != .usage {
            return [
                "once it is mended, go on with: \(command)",
                "once it is removed, go on with: \(command) --allow-changed-data",
                "or leave out what cannot be read: \(command) --skip-unreadable",
            ]
        }
        return ["go on with: \(command)"]
    }
}
