#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The path of a file or folder as the system has it: bytes, of which no encoding is promised.
package struct FilePath: Sendable, Hashable {
    package let bytes: [UInt8]

    package init(bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    /// The path that `text` is, as it stands.
    package init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// The path that somebody means who types `text`, or copies it from a message: as it stands if there is something, otherwise
    /// with its escapes resolved.
    package init(typed text: String) {
        let plain = FilePath(text)
        let resolved = EscapedName.bytes(of: text)
        self = resolved == plain.bytes || FileStatus(of: plain) != nil ? plain : FilePath(bytes: resolved)
    }

    /// The path of what is called `name` in this folder.
    package func appending(_ name: some Collection<UInt8>) -> FilePath {
        FilePath(bytes: bytes + (bytes.last == UInt8(ascii: "/") || bytes.isEmpty ? [] : [UInt8(ascii: "/")]) + Array(name))
    }

    package func appending(_ name: String) -> FilePath { appending(Array(name.utf8)) }

    /// The last component; the whole where there is no other.
    package var name: [UInt8] {
        bytes.split(separator: UInt8(ascii: "/")).last.map(Array.init) ?? bytes
    }

    /// The folder that this lies in.
    package var folder: FilePath {
        let slash = UInt8(ascii: "/")
        let trimmed = bytes.reversed().drop { $0 == slash }
        let parent = trimmed.drop { $0 != slash }.drop { $0 == slash }
        if parent.isEmpty { return FilePath(bytes.first == slash ? "/" : ".") }
        return FilePath(bytes: parent.reversed())
    }

    /// The same path from any working folder, without slashes at its end. Links stay as they are.
    package var absolute: FilePath {
        let slash = UInt8(ascii: "/")
        var path = bytes[...]
        while path.count > 1, path.last == slash { path.removeLast() }
        guard path.first != slash, let place = Self.workingFolder else { return FilePath(bytes: path) }
        while path.starts(with: [UInt8(ascii: "."), slash]) { path = path.dropFirst(2) }
        return path.elementsEqual(".".utf8) ? place : place.appending(path)
    }

    /// As short as it can be told from the working folder: what lies in that goes without it.
    package var short: FilePath {
        guard let place = Self.workingFolder else { return self }
        let prefix = place.appending([]).bytes
        return bytes.count > prefix.count && bytes.starts(with: prefix) ? FilePath(bytes: bytes[prefix.count...]) : self
    }

    private static var workingFolder: FilePath? {
        guard let text = getcwd(nil, 0) else { return nil }
        defer { free(text) }
        return FilePath(bytes: UnsafeRawBufferPointer(start: text, count: strlen(text)))
    }

    /// Passes the path to a call of the system.
    package func withCString<Result>(_ body: (UnsafePointer<CChar>) -> Result) -> Result {
        (bytes + [0]).withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { body($0.baseAddress!) }
        }
    }
}

extension FilePath: CustomStringConvertible {
    /// UTF-8 on one line; what cannot be shown so is escaped, and `init(typed:)` reads it back.
    package var description: String { EscapedName.text(of: bytes) }
}
