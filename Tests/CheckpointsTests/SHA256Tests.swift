import Checkpoints
import Testing

@Suite struct SHA256Tests {
    /// Source: NIST, FIPS 180-4 example values for SHA-256, and the empty message.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func publishedVectors(message: String, expected: String) throws {
        let digest = try SHA256()
        try Array(message.utf8).withUnsafeBytes { try digest.update($0) }
        #expect(try digest.finish() == expected)
    }

    @Test func aMillionLettersInUnequalPieces() throws {
        let digest = try SHA256()
        let letters = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
        var start = 0
        var length = 1
        while start < letters.count {
            let end = min(start + length, letters.count)
            try letters[start..<end].withUnsafeBytes { try digest.update($0) }
            (start, length) = (end, length * 3 % 10_007)
        }
        #expect(try digest.finish() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }
}
