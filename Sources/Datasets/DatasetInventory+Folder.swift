import ImageFiles

extension DatasetInventory {
    /// Counts what is in `folder` beside the set's own files.
    /// - Parameter names: the paths of those, below the folder.
    init(of folder: FilePath, using names: [[UInt8]]) {
        self.init()
        let slash = UInt8(ascii: "/")
        let countLimit = 1_000_000
        let walk = FolderWalk(of: folder, limit: countLimit) { names.contains($0) }
        leftOut =
            LeftOutFiles.counted(walk.files.map(\.name).filter { !$0.contains(slash) }, place: nil)
            + LeftOutFiles.counted(walk.files.map(\.name).filter { $0.contains(slash) }, place: "in folders")
        remarks = walk.closed.map { "not counted: \($0)" } + (walk.isCut ? ["files that are left out were counted in part"] : [])
    }
}
