extension String {
    /// The path of `name` in the folder that this is the path of.
    func appending(component name: String) -> String {
        hasSuffix("/") ? self + name : self + "/" + name
    }

    /// The path of the folder that the file or folder at this path lies in.
    var folder: String {
        let path = trimmingSlashes
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The last component of a path.
    var lastComponent: String {
        let path = trimmingSlashes
        return path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }

    /// The path without slashes at its end.
    var trimmingSlashes: String {
        var path = self[...]
        while path.count > 1, path.last == "/" { path.removeLast() }
        return String(path)
    }
}
