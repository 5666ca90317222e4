import ImageFiles

/// All files below a folder, however deep. Links are followed, but for those that lead back to a folder they lie in.
struct FolderWalk {
    struct File {
        /// The path below the folder.
        let name: [UInt8]
        /// Nil where nothing is there: a link that leads nowhere.
        let status: FileStatus?
    }

    /// By the bytes of their names.
    private(set) var files: [File] = []
    /// Links that lead back to a folder above them: what they lead to is listed there.
    private(set) var circles = 0
    /// Folders that the system does not list, and why.
    private(set) var closed: [DatasetError] = []
    /// Whether there are more files than were asked for.
    private(set) var isCut = false

    private struct Folder {
        let name: [UInt8]
        /// Of the folder and those above it, outermost first.
        let identities: [FileStatus.Identity]
    }

    /// Lists what is below `root`. Cost: a call of the system for each folder and each file.
    /// - Parameters:
    ///   - above: the folders that `root` lies in, as far as a link could lead back to them.
    ///   - limit: the most files that are listed.
    ///   - isLeftOut: what is passed over, by its path below `root`, with all that is in it.
    init(
        of root: FilePath, above: [FileStatus.Identity] = [], limit: Int = .max,
        except isLeftOut: ([UInt8]) -> Bool = { _ in false }
    ) {
        guard let status = FileStatus(of: root) else { return }
        var folders = [Folder(name: [], identities: above + [status.identity])]
        while let folder = folders.popLast() {
            let names: [[UInt8]]
            do {
                names = try namesInFolder(folder.name.isEmpty ? root : root.appending(folder.name))
            } catch {
                closed.append(error)
                continue
            }
            for entry in names {
                let name = folder.name.isEmpty ? entry : folder.name + [UInt8(ascii: "/")] + entry
                guard !isLeftOut(name) else { continue }
                let status = FileStatus(of: root.appending(name))
                guard let status, status.kind == .folder else {
                    guard files.count < limit else {
                        isCut = true
                        return
                    }
                    files.append(File(name: name, status: status))
                    continue
                }
                if folder.identities.contains(status.identity) {
                    circles += 1
                } else {
                    folders.append(Folder(name: name, identities: folder.identities + [status.identity]))
                }
            }
        }
        files.sort { $0.name.lexicographicallyPrecedes($1.name) }
    }
}
