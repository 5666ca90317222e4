import Glibc

/// The process that holds a lock, in one line for another's message.
package struct LockHolder {
    let process: Int32
    let program: String
    let host: String
    /// Seconds since 1970.
    let begin: Int

    package init(process: Int32, program: String, host: String, begin: Int) {
        self.process = process
        self.program = program
        self.host = host
        self.begin = begin
    }

    static var this: LockHolder {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        let program = CommandLine.arguments.first.map { $0.split(separator: "/").last.map(String.init) ?? $0 } ?? "program"
        return LockHolder(
            process: getpid(), program: program,
            host: String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self),
            begin: time(nil))
    }

    /// `process 4711 (partrain) on host, since 2026-01-31 12:00:00 UTC`
    package var line: String {
        var begin = time_t(self.begin)
        var parts = tm()
        gmtime_r(&begin, &parts)
        func two(_ number: Int32) -> String { (number < 10 ? "0" : "") + "\(number)" }
        let date = "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
        let time = "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
        return "process \(process) (\(program)) on \(host), since \(date) \(time) UTC\n"
    }

    /// What the lock file says; its holder may be about to write it.
    static func description(inFileAt path: String) -> String {
        guard let file = try? SystemFiles().openToRead(path), let bytes = try? file.bytes(count: min(file.size, 1_024), at: 0)
        else {
            return "another process"
        }
        let line = String(decoding: bytes.prefix { $0 >= 0x20 }, as: UTF8.self)
        return line.isEmpty ? "another process" : line
    }
}
