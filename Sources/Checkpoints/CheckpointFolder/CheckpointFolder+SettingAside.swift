extension CheckpointFolder {
    /// A file that was given a name under which it is no checkpoint of the run any more.
    public struct SetAside: Sendable, Hashable {
        public let file: File
        /// Where it lies now.
        public let path: String
    }

    /// Sets the files of steps after `step` aside, be they damaged or in order: a run that goes on from there takes another course than
    /// they did, so they may neither count among its last checkpoints nor be its best, nor be written over. Nothing is removed, and
    /// no file is written over.
    ///
    /// Throws where the system refuses; what has been set aside by then stays so, and the same call goes on with the rest.
    /// Cost: a change of name for each file.
    @discardableResult
    public func setAside(after step: Int) throws(CheckpointError) -> [SetAside] {
        let superseded = try list().filter { $0.step > step }
        guard !superseded.isEmpty else { return [] }
        let taken = Set(try files.names(in: path))
        var done = [SetAside]()
        for file in superseded {
            let place = path.appending(component: CheckpointName.setAside(step: file.step, besides: taken))
            try files.rename(file.path, to: place)
            done.append(SetAside(file: file, path: place))
        }
        try files.flushFolder(path)
        return done
    }
}
