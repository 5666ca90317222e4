extension RunFolder {
    /// Makes the folder `path` for a run, with the folders above it. An empty one is taken as it is.
    ///
    /// Throws `unsuitable` where it has content, which is never written over, and `locked` where another process works in it.
    public static func create(_ path: String, files: any FileSystem = SystemFiles()) throws(CheckpointError) -> RunFolder {
        let path = path.trimmingSlashes
        try createFolders(above: path, files)
        guard try !files.createFolder(path) else {
            try files.flushFolder(path.folder)
            return try RunFolder(locking: path, files: files)
        }
        // Once before there is a lock file, so that none is put among what is not ours, and once when nobody else can come between.
        try refuseContent(of: path, files)
        let folder = try RunFolder(locking: path, files: files)
        try refuseContent(of: path, files)
        return folder
    }

    /// Makes a folder for a run in `root`, called `stem` and the first number that nobody has: `lenet5-data-1`.
    ///
    /// Processes that do this at the same time get different folders.
    public static func create(
        in root: String, numbered stem: String, files: any FileSystem = SystemFiles()
    ) throws(CheckpointError) -> RunFolder {
        precondition(!stem.contains("/") && !stem.isEmpty, "\(stem) cannot begin a name")
        let root = root.trimmingSlashes
        try createFolders(above: root.appending(component: stem), files)
        let numbers = try files.names(in: root).compactMap { name in
            name.hasPrefix(stem + "-") ? Int(name.dropFirst(stem.count + 1)) : nil
        }
        // A number that no counting has led to is somebody's own name.
        var number = (numbers.filter { $0 < 1_000_000_000 }.max() ?? 0) + 1
        while true {
            let path = root.appending(component: "\(stem)-\(number)")
            if try files.createFolder(path) {
                try files.flushFolder(root)
                return try RunFolder(locking: path, files: files)
            }
            number += 1
        }
    }

    /// Opens the folder of a run to go on with it. Throws `missing` where there is no run, `locked` where it is still going.
    public static func open(_ path: String, files: any FileSystem = SystemFiles()) throws(CheckpointError) -> RunFolder {
        let path = path.trimmingSlashes
        guard try files.names(in: path).contains(RunContent.configuration) else {
            throw .missing(
                path: path.appending(component: RunContent.configuration), remedy: "give the folder of a run, or begin another")
        }
        return try RunFolder(locking: path, files: files)
    }

    private static func refuseContent(of path: String, _ files: any FileSystem) throws(CheckpointError) {
        // What a run leaves that is killed before it has a configuration holds nothing, and may be begun again.
        let nothing = [RunLock.fileName, RunContent.configuration + TemporaryName.suffix]
        guard try files.names(in: path).allSatisfy(nothing.contains) else {
            throw .unsuitable(
                path: path, problem: "is not empty, and no run is written over another",
                remedy: "resume the run that it holds, or choose another name")
        }
    }

    /// Makes the folders that `path` goes through.
    private static func createFolders(above path: String, _ files: any FileSystem) throws(CheckpointError) {
        let parent = path.folder
        guard parent != path, parent != ".", parent != "/" else { return }
        if (try? files.names(in: parent)) != nil { return }
        try createFolders(above: parent, files)
        if try files.createFolder(parent) { try files.flushFolder(parent.folder) }
    }
}
