import Testing
import TextLayout

@Suite struct ByteCountTests {
    @Test(
        arguments: [
            ("3GiB", 3 << 30), ("1.5 GiB", 3 << 29), ("512MiB", 512 << 20), ("2kB", 2_000), ("7KiB", 7 << 10),
            ("4GB", 4_000_000_000),
            ("10B", 10), ("0.5MB", 500_000), ("1TiB", 1 << 40),
        ])
    func aSizeWithItsUnit(text: String, bytes: Int) {
        #expect(ByteCount(text)?.bytes == bytes)
    }

    @Test(arguments: ["", "3", "GiB", "-1GiB", "0MiB", "3 gib", "1e3MB", "3GiBs", "1.2.3GiB", "9999999999TiB", "0.1B"])
    func whatIsNone(text: String) {
        #expect(ByteCount(text) == nil)
    }

    @Test(arguments: [(3 << 30, "3GiB"), (1_500_000_000, "1500MB"), (3 << 29, "1536MiB"), (1_234_567, "1234567B")])
    func isWrittenExactly(bytes: Int, text: String) {
        #expect("\(ByteCount(bytes))" == text)
        #expect(ByteCount(text)?.bytes == bytes)
    }

    @Test(arguments: [(3 << 29, "1.5 GiB"), (1_000_000, "976.6 KiB"), (17, "17 B")])
    func isRoundedForPeople(bytes: Int, text: String) {
        #expect(ByteCount(bytes).rounded == text)
    }
}
