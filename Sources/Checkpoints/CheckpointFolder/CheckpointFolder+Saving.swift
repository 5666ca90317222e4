extension CheckpointFolder {
    /// What saving a checkpoint has done.
    public struct Saved: Sendable {
        public let file: File
        /// The older checkpoints that made room.
        public let removed: [File]
        /// Why others could not be removed; the new checkpoint is safe all the same.
        public let warnings: [CheckpointError]
    }

    /// Saves a checkpoint, and then removes those that are neither among the last nor the best.
    ///
    /// Throws when it could not be kept for certain: the older ones are all there then, and no unfinished file is left as far as
    /// the system lets us. A file of which the header does not say that it is a checkpoint of ours is never removed.
    /// Cost: that of `Checkpoint.write`, and one read of each older header.
    @discardableResult
    public func save(_ checkpoint: CheckpointDraft) throws(CheckpointError) -> Saved {
        let saved = File(path: path.appending(component: CheckpointName.name(step: checkpoint.step)), step: checkpoint.step)
        try checkpoint.write(to: saved.path, files: files)
        do throws(CheckpointError) {
            let (removed, warnings) = remove(try superfluous(besides: saved))
            return Saved(file: saved, removed: removed, warnings: warnings)
        } catch {
            return Saved(file: saved, removed: [], warnings: [error])
        }
    }

    /// Saves a checkpoint that is in memory.
    @discardableResult
    public func save(_ checkpoint: Checkpoint) throws(CheckpointError) -> Saved {
        try save(CheckpointDraft(checkpoint))
    }

    private func superfluous(besides saved: File) throws(CheckpointError) -> [File] {
        let known = readable(try list())
        let kept = Set(known.suffix(keptCount).map(\.file) + [saved] + [Self.best(of: known)].compactMap(\.self))
        return known.map(\.file).filter { !kept.contains($0) }
    }

    private func remove(_ superfluous: [File]) -> (removed: [File], failures: [CheckpointError]) {
        var removed = [File]()
        var failures = [CheckpointError]()
        for file in superfluous {
            do throws(CheckpointError) {
                try files.remove(file.path)
                removed.append(file)
            } catch {
                failures.append(error)
            }
        }
        return (removed, failures)
    }
}
