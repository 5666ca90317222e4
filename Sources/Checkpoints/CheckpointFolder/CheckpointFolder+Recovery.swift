extension CheckpointFolder {
    /// What a search for a checkpoint has found.
    public struct Recovery: Sendable {
        /// The newest valid checkpoint and its file; nil where there is none.
        public let newest: (checkpoint: Checkpoint, file: File)?
        /// Why newer ones, the newest first, were passed over.
        public let rejected: [CheckpointError]
    }

    /// Loads the newest checkpoint of which every bit is right. Nothing is removed.
    ///
    /// Throws only where the folder cannot be listed. Cost: one read of each file that is tried.
    public func latest() throws(CheckpointError) -> Recovery {
        var rejected = [CheckpointError]()
        for file in try list().reversed() {
            do throws(CheckpointError) {
                let checkpoint = try Checkpoint(path: file.path, files: files)
                guard checkpoint.step == file.step else {
                    throw .bad(
                        path: file.path, problem: "it holds the checkpoint of step \(checkpoint.step)",
                        remedy: "give it back the name that it had")
                }
                return Recovery(newest: (checkpoint, file), rejected: rejected)
            } catch {
                rejected.append(error)
            }
        }
        return Recovery(newest: nil, rejected: rejected)
    }

    /// The checkpoint with the highest score, by what the headers say; of equal ones the first. Nil where none has a score.
    public func best() throws(CheckpointError) -> File? {
        Self.best(of: readable(try list()))
    }

    /// The files whose headers say that they are the checkpoints that they are called, with their scores.
    func readable(_ list: [File]) -> [(file: File, score: Double?)] {
        list.compactMap { file in
            guard let source = try? SafeTensorsFile(path: file.path, files: files),
                let identity = try? CheckpointIdentity(source), identity.step == file.step
            else { return nil }
            return (file, identity.score)
        }
    }

    static func best(of files: [(file: File, score: Double?)]) -> File? {
        var best: (file: File, score: Double)?
        for case (let file, let score?) in files where score.isFinite && score > best?.score ?? -.infinity {
            best = (file, score)
        }
        return best?.file
    }
}
