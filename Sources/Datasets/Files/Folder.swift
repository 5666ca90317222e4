#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What stands at a path.
enum PathKind {
    case nothing
    case file
    case folder

    init(of path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            self = .nothing
            return
        }
        self = status.st_mode & S_IFMT == S_IFDIR ? .folder : .file
    }
}

/// The names in a folder, hidden ones left out, sorted by byte value: capitals first, the same on every machine.
func namesInFolder(_ path: String) throws(DatasetError) -> [String] {
    guard let folder = opendir(path) else {
        if errno == ENOENT {
            throw .missing(path: path, remedy: "check the path given to --data")
        }
        throw .unreadable(path: path, reason: lastSystemError(), remedy: "grant this user read access to the folder")
    }
    defer { closedir(folder) }
    var names = [String]()
    while let entry = readdir(folder) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
            field.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: field.pointee)) { String(cString: $0) }
        }
        if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}

/// `folder` and `name` as one path.
func joinedPath(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : folder + "/" + name
}

/// The last component of a path.
func lastPathComponent(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
}
