import Datasets
import Fuzzing
import ImageFiles
import Tensors
import TestSupport
import Testing

/// Archives that are damaged, or made to do harm.
@Suite struct BadArchiveTests {
    private static let good = CIFARBytes.archive(CIFARBytes.cifar10(), in: "cifar-10-batches-bin")
    /// Where the first batch's header is: before it stand the folder's, and the names' with its content.
    private static let firstBatch = 512 + 1024

    private static func changed(_ place: Int, to byte: UInt8, sealing header: Int? = nil) -> [UInt8] {
        var bytes = good
        bytes[place] = byte
        if let header { bytes.replaceSubrange(header..<header + 512, with: TarBytes.sealed(Array(bytes[header..<header + 512]))) }
        return bytes
    }

    private static func with(_ member: [UInt8]) -> [UInt8] { member + good }

    /// What is wrong, the archive, and what the message must say.
    static let bad: [(what: String, bytes: [UInt8], says: [String])] = [
        ("nothing", [], ["byte 0", "the file is empty", "download"]),
        ("zeros", [UInt8](repeating: 0, count: 10240), ["byte 10240", "holds no file", "download"]),
        ("a folder alone", TarBytes.member("a/", [], type: "5") + TarBytes.end, ["byte 1536", "holds no file", "download"]),
        ("text", Array("<html>no such file</html>".utf8), ["byte 25", "no tar archive", "first header", "download"]),
        ("garbage", (0..<4096).map { UInt8($0 * 89 & 255) }, ["byte 0", "no tar archive", "checksum", "download"]),
        ("a changed checksum", changed(firstBatch + 150, to: 0x31), ["byte 1536", "damaged", "checksum", "download"]),
        ("a checksum of letters", changed(firstBatch + 149, to: 0x7A), ["byte 1536", "checksum"]),
        ("a changed header", changed(firstBatch + 101, to: 0x31), ["byte 1536", "damaged", "checksum"]),
        ("a size of letters", changed(firstBatch + 126, to: 0x58, sealing: firstBatch), ["byte 1660", "size", "no number"]),
        ("a negative size", changed(firstBatch + 124, to: 0xFF, sealing: firstBatch), ["byte 1660", "size", "no number"]),
        ("a huge size", with(TarBytes.header("x", byteCount: 1 << 32)), ["byte \(good.count + 512)", "cut off within"]),
        ("cut in a header", Array(good.prefix(firstBatch + 100)), ["byte 1636", "cut off within", "download"]),
        ("cut in a file", Array(good.prefix(firstBatch + 2000)), ["byte 3536", "cut off within", "download"]),
        ("cut between files", Array(good.prefix(firstBatch)), ["byte 1536", "without data_batch_1.bin", "download"]),
        ("a path upwards", with(TarBytes.member("../data_batch_1.bin", [1])), ["byte 0", "../data_batch_1.bin", "leads out"]),
        ("a path around", with(TarBytes.member("a/b/../../../x", [1])), ["byte 0", "a/b/../../../x", "leads out"]),
        ("an absolute path", with(TarBytes.member("/etc/passwd", [1])), ["byte 0", "/etc/passwd", "an absolute path"]),
        ("an absolute folder", with(TarBytes.member("/etc/", [], type: "5")), ["byte 0", "/etc/", "an absolute path"]),
        ("a symbolic link", with(TarBytes.member("test_batch.bin", [], type: "2")), ["byte 156", "test_batch.bin", "a link"]),
        ("a hard link", with(TarBytes.member("test_batch.bin", [], type: "1")), ["byte 156", "test_batch.bin", "a link"]),
        ("a device", with(TarBytes.member("null", [], type: "3")), ["byte 156", "null", "no plain file"]),
        ("a pipe", with(TarBytes.member("p", [], type: "6")), ["byte 156", "no plain file"]),
        ("a sparse file", with(TarBytes.member("p", [1], type: "S")), ["byte 156", "no plain file"]),
        (
            "a hostile path of pax",
            with(TarBytes.member("x", TarBytes.record("path", "../x"), type: "x") + TarBytes.member("a", [])),
            ["byte 1024", "../x", "leads out"]
        ),
        (
            "a hostile path of GNU",
            with(TarBytes.member("L", Array("/x".utf8), type: "L") + TarBytes.member("a", [])), ["byte 1024", "an absolute path"]
        ),
        (
            "a zero in a path",
            with(TarBytes.member("x", TarBytes.record("path", "a\u{0}b"), type: "x") + TarBytes.member("a", [])),
            ["byte 1024", "a zero byte"]
        ),
        (
            "a long path",
            with(TarBytes.member("L", [UInt8](repeating: 97, count: 4097), type: "L") + TarBytes.member("a", [])),
            ["byte 5120", "path of 4097 bytes"]
        ),
        ("a record without length", with(TarBytes.member("x", Array("path=a\n".utf8), type: "x")), ["byte 512", "a record"]),
        (
            "a record of another length", with(TarBytes.member("x", Array("12 path=x\n".utf8), type: "x")),
            ["byte 512", "a record"]
        ),
        ("a record of no length", with(TarBytes.member("x", Array("0 path=x\n".utf8), type: "x")), ["byte 512", "a record"]),
        (
            "a record of a huge length", with(TarBytes.member("x", Array("99999999999999999999 a=x\n".utf8), type: "x")),
            ["byte 512", "a record"]
        ),
        (
            "a second record", with(TarBytes.member("x", TarBytes.record("a", "b") + Array("7 a b\n".utf8), type: "x")),
            ["byte 518", "a record"]
        ),
        ("a size that is none", with(TarBytes.member("x", TarBytes.record("size", "-1"), type: "x")), ["byte 512", "size=-1"]),
        (
            "a sparse file of pax", with(TarBytes.member("x", TarBytes.record("GNU.sparse.major", "1"), type: "x")),
            ["byte 512", "GNU.sparse.major=1"]
        ),
        (
            "much about one member", with(TarBytes.header("x", byteCount: 1 << 20, type: "x")),
            ["byte 0", "1048576 bytes are said of one member", "--format=ustar"]
        ),
    ]

    @Test(arguments: bad.indices, [false, true]) func badArchivesAreNamedWithPlaceAndRemedy(number: Int, gzip: Bool) throws {
        let (what, bytes, says) = Self.bad[number]
        let folder = try TemporaryFolder()
        try folder.write("set.tar.gz", gzip ? IDXFixture.gzipped(bytes) : bytes)
        do {
            _ = try DatasetSource(parsing: folder["set.tar.gz"]).open(inputShape: [3, 32, 32])
            Issue.record("\(what): nothing was thrown")
        } catch {
            #expect(error.category == .badContent, "\(what): \(error)")
            for part in [folder["set.tar.gz"]] + says { #expect(error.description.contains(part), "\(what): \(error)") }
        }
    }

    @Test func damagedAndCutGzipIsNamed() throws {
        let gzip = IDXFixture.gzipped(Self.good)
        expectError(.badContent, naming: "/sets/cifar.tar", "cut off at byte \(gzip.count / 2)", "download") {
            _ = try CIFARFixture.set(Array(gzip.prefix(gzip.count / 2)), inPiecesOf: 1000)
        }
        expectError(.badContent, naming: "/sets/cifar.tar", "cut off at byte \(gzip.count - 1)", "download") {
            _ = try CIFARFixture.set(gzip.dropLast())
        }
        var flipped = gzip
        flipped[gzip.count - 6] ^= 0x55
        expectError(.badContent, naming: "/sets/cifar.tar", "damaged at byte", "download") { _ = try CIFARFixture.set(flipped) }
        expectError(.badContent, naming: "/sets/cifar.tar", "gzip data are", "download") {
            _ = try CIFARFixture.set(gzip + [1, 2])
        }
        #expect(throws: Never.self) { try CIFARFixture.set(gzip + [UInt8](repeating: 0, count: 700), inPiecesOf: 300) }
        let halves = Self.good.prefix(5000)
        let rest = Self.good.dropFirst(5000)
        let joined = IDXFixture.gzipped(Array(halves)) + IDXFixture.gzipped(Array(rest))
        #expect(throws: Never.self) { try CIFARFixture.set(joined, inPiecesOf: 17) }
    }

    /// An archive that is another one when it is read again.
    @Test func anArchiveThatChangesIsRefused() {
        struct Changing: ByteSource {
            let path = "/sets/cifar.tar"
            let versions: [[UInt8]]
            let passes = Counter()

            final class Counter: @unchecked Sendable { var count = 0 }

            func forEachPiece(_ body: (UnsafeRawBufferPointer) throws(DatasetError) -> Bool) throws(DatasetError) {
                // Each time, whether it is gzip'd is looked at first.
                let version = versions[min(passes.count / 2, versions.count - 1)]
                passes.count += 1
                try CIFARFixture.Pieces(bytes: version, size: 1000).forEachPiece(body)
            }
        }
        let smaller = CIFARBytes.archive(CIFARBytes.cifar10 { $0 == 6 ? 2 : 1 }, in: "a")
        let fewer = CIFARBytes.archive(Array(CIFARBytes.cifar10().dropLast()), in: "a")
        for other in [smaller, fewer] {
            expectError(.missingInput, naming: "/sets/cifar.tar", "changed while it was read", "run again") {
                _ = try CIFARDataset(archive: Changing(versions: [Self.good, other]))
            }
        }
    }
}
