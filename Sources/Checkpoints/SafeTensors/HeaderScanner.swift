/// Reads the JSON of a safetensors header token by token: objects and arrays of known form, text, natural numbers.
///
/// It never descends into what the caller does not expect, so no input makes it deep; errors name the byte of the file.
struct HeaderScanner {
    let bytes: [UInt8]
    let path: String
    var position = 0

    init(_ bytes: [UInt8], path: String) {
        self.bytes = bytes
        self.path = path
    }

    var isAtEnd: Bool { position == bytes.count }

    /// An error at `place` in the header, by default where the scanner stands.
    func failure(_ problem: String, at place: Int? = nil) -> CheckpointError {
        .bad(
            path: path, offset: SafeTensorsHeader.lengthSize + (place ?? position), problem: problem,
            remedy: "give an undamaged safetensors file")
    }

    mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x09, 0x0A, 0x0D: position += 1
            default: return
            }
        }
    }

    /// Passes `character`, which must come next after any space.
    mutating func expect(_ character: Unicode.Scalar) throws(CheckpointError) {
        skipSpace()
        guard try passes(character) else { throw failure("\(character) is expected here, not \(here)") }
    }

    /// Passes `character` if it comes next.
    private mutating func passes(_ character: Unicode.Scalar) throws(CheckpointError) -> Bool {
        guard position < bytes.count else { throw failure("the header ends in the middle of its JSON") }
        guard bytes[position] == UInt8(ascii: character) else { return false }
        position += 1
        return true
    }

    private var here: String {
        guard position < bytes.count else { return "the end" }
        let byte = bytes[position]
        return (0x21..<0x7F).contains(byte) ? String(Unicode.Scalar(byte)) : "byte \(byte)"
    }

    /// Reads an object, giving each member's key and the place of the key to `body`, which reads the value.
    mutating func object(
        _ body: (inout HeaderScanner, _ key: String, _ place: Int) throws(CheckpointError) -> Void
    ) throws(CheckpointError) {
        try expect("{")
        skipSpace()
        if try passes("}") { return }
        while true {
            skipSpace()
            let place = position
            let key = try text()
            try expect(":")
            try body(&self, key, place)
            skipSpace()
            if try passes("}") { return }
            try expect(",")
        }
    }

    /// Reads an array of at most `limit` natural numbers.
    mutating func naturals(atMost limit: Int, _ what: String) throws(CheckpointError) -> [Int] {
        try expect("[")
        skipSpace()
        var numbers = [Int]()
        if try passes("]") { return numbers }
        while true {
            guard numbers.count < limit else { throw failure("\(what) has more than \(limit) numbers") }
            numbers.append(try natural())
            skipSpace()
            if try passes("]") { return numbers }
            try expect(",")
        }
    }

    /// Reads an array of at most `limit` texts.
    mutating func texts(atMost limit: Int) throws(CheckpointError) -> [String] {
        try expect("[")
        skipSpace()
        var texts = [String]()
        if try passes("]") { return texts }
        while true {
            guard texts.count < limit else { throw failure("there are more than \(limit) texts") }
            texts.append(try text())
            skipSpace()
            if try passes("]") { return texts }
            try expect(",")
        }
    }

    private mutating func natural() throws(CheckpointError) -> Int {
        skipSpace()
        let start = position
        var number = 0
        while position < bytes.count, (0x30...0x39).contains(bytes[position]) {
            let (tenfold, overflow) = number.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tenfold.addingReportingOverflow(Int(bytes[position] - 0x30))
            guard !overflow, !carry else { throw failure("this number is too large for any file", at: start) }
            number = sum
            position += 1
        }
        guard position > start else { throw failure("a whole number that is not negative is expected here, not \(here)") }
        guard bytes[start] != 0x30 || position == start + 1 else { throw failure("a number begins with 0", at: start) }
        return number
    }
}
