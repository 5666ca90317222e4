import Glibc

/// Files of the proc and cgroup systems.
package enum SystemText {
    /// The text of a small file. Such files have no size to ask for, so it is read to the end.
    package static func contents(_ path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = fread(&chunk, 1, chunk.count, file)
            guard count > 0 else { break }
            bytes += chunk[..<count]
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The number behind a name at the beginning of a line, as in `VmRSS:     1234 kB` or `inactive_file 4096`.
    static func number(named name: String, in text: String?) -> Int? {
        for line in (text ?? "").split(separator: "\n") {
            let words = line.split { $0 == " " || $0 == "\t" || $0 == ":" }
            guard words.count > 1, words[0] == name, let number = Int(words[1]) else { continue }
            return words.last == "kB" ? number * 1024 : number
        }
        return nil
    }
}
