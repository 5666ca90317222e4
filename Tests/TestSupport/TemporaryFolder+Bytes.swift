import Glibc

/// Names that are no text of any encoding, which Foundation does not write.
extension TemporaryFolder {
    /// Gives what is called `name` the last component `bytes`.
    package func rename(_ name: String, toBytes bytes: [UInt8]) {
        let folder = self[name].split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
        let target = (Array(folder.utf8) + [UInt8(ascii: "/")] + bytes + [0]).map { CChar(bitPattern: $0) }
        precondition(Glibc.rename(self[name], target) == 0, "\(name) can be renamed")
    }

    package func link(_ name: String, to destination: String) {
        precondition(symlink(destination, self[name]) == 0, "\(name) can be a link")
    }
}
