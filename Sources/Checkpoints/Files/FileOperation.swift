/// What can be asked of files, in the words of an error's sentence.
public enum FileOperation: String, Sendable, Hashable, CaseIterable {
    case create
    case open
    case read
    case write
    case flush
    case cut
    case rename
    case remove
    case createFolder = "create the folder"
    case flushFolder = "flush the folder"
    case list
    case lock

    /// Whether it changes what is on disk.
    package var isChange: Bool {
        switch self {
        case .create, .write, .flush, .cut, .rename, .remove, .createFolder, .flushFolder: true
        case .open, .read, .list, .lock: false
        }
    }
}
