import CTerminals
import Glibc

/// A terminal that only looks like one (pty(7)), of a given size.
struct Terminal {
    /// The side that a person sits at; who starts a child on it hands it over.
    let person: Int32
    /// The device for the program.
    let path: String

    init(columns: Int, rows: Int = 24) {
        var name = [CChar](repeating: 0, count: 128)
        person = terminals_open(&name, name.count)
        precondition(person >= 0, "the system has terminals")
        path = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        resize(columns: columns, rows: rows)
    }

    func resize(columns: Int, rows: Int = 24) {
        var size = winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        precondition(ioctl(person, UInt(TIOCSWINSZ), &size) == 0, "a terminal has a size")
    }

    /// The lines of what was printed on it; one that was rewritten counts as often as it was written.
    static func lines(_ text: String) -> [String] {
        text.split(separator: "\r\n", omittingEmptySubsequences: false).flatMap { line in
            String(line).components(of: "\r\u{1B}[K")
        }
    }

    /// The columns of a line by the C library's tables, not by ours; a control character has more than any terminal.
    static func columns(_ line: String) -> Int {
        if line.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return line.utf8.count }
        let locale = newlocale(1 << LC_CTYPE, "C.UTF-8", nil)
        let before = uselocale(locale)
        defer {
            uselocale(before)
            freelocale(locale)
        }
        return line.unicodeScalars.reduce(0) { sum, scalar in
            let width = Int(wcwidth(Int32(scalar.value)))
            return sum + (width < 0 ? 1000 : width)
        }
    }
}

extension String {
    /// What stands between occurrences of `separator`.
    fileprivate func components(of separator: String) -> [String] {
        var parts: [[Unicode.Scalar]] = [[]]
        let all = Array(unicodeScalars)
        let mark = Array(separator.unicodeScalars)
        var place = 0
        while place < all.count {
            if all[place...].starts(with: mark) {
                parts.append([])
                place += mark.count
            } else {
                parts[parts.count - 1].append(all[place])
                place += 1
            }
        }
        return parts.map { scalars in
            var text = String.UnicodeScalarView()
            text.append(contentsOf: scalars)
            return String(text)
        }
    }
}

/// The C library's `wcwidth(3)`, which its header declares for X/Open only: columns of a character, -1 for control characters.
@_silgen_name("wcwidth") private func wcwidth(_ character: Int32) -> Int32
