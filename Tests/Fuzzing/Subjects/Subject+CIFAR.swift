import Datasets
import ImageFiles

extension Subject {
    private static let tarWords = [
        "ustar", "ustar\u{0}00", "../", "/", "./", "\u{0}", "00000000000\u{0}", "77777777777\u{0}", "00000006001\u{0}",
        "12 path=x\n",
        "17 size=99999999\n", "data_batch_1.bin", "test_batch.bin", "train.bin", "batches.meta.txt", "1", "2", "5", "x", "g", "L",
    ]

    /// Archives of both sets, whole: their headers, records and names.
    package static let cifarTar = Subject(
        "cifar-tar", corpus: CIFARArchives.all, words: tarWords, repair: TarBytes.withTrueChecksums
    ) { bytes, path in
        _ = try CIFARDataset(archive: FileContents(path: path, copying: bytes))
    }

    /// The same gzip'd: with damage to the wrapping, and with damage to what is wrapped.
    package static let cifarGzip = Subject(
        "cifar-gzip",
        corpus: [CIFARArchives.cifar10, IDXBytes.gzipped(CIFARArchives.cifar10), IDXBytes.gzipped(CIFARArchives.blank)],
        words: tarWords, repair: CIFARArchives.wrapped
    ) { bytes, path in
        _ = try CIFARDataset(archive: FileContents(path: path, copying: bytes))
    }
}

/// Small archives, and one that is large once it is unpacked.
private enum CIFARArchives {
    static let cifar10 = CIFARBytes.archive(CIFARBytes.cifar10(), in: "cifar-10-batches-bin")
    static let cifar100 = CIFARBytes.archive(CIFARBytes.cifar100(), in: "cifar-100-binary")
    /// Names in pax's records and GNU's way.
    static let longNames: [UInt8] = {
        var files = CIFARBytes.cifar10()
        let (last, other) = (files.removeLast(), files.removeLast())
        return TarBytes.member("x", TarBytes.record("path", last.name) + TarBytes.record("mtime", "1.5"), type: "x")
            + TarBytes.member("cut", last.bytes)
            + TarBytes.member("././@LongLink", Array(other.name.utf8) + [0], type: "L") + TarBytes.member("cut", other.bytes)
            + TarBytes.archive(files)
    }()
    /// Some two mebibytes of black images, which gzip makes some kibibytes of.
    static let blank = CIFARBytes.archive(
        CIFARBytes.cifar10().map { ($0.name, $0.name.hasSuffix(".bin") ? [UInt8](repeating: 0, count: 3073 * 120) : $0.bytes) },
        in: "cifar-10-batches-bin")
    static let all = [cifar10, cifar100, longNames]

    /// With checksums that hold and gzip'd, unless it is already.
    static func wrapped(_ bytes: [UInt8]) -> [UInt8] {
        bytes.starts(with: [0x1F, 0x8B]) ? bytes : IDXBytes.gzipped(TarBytes.withTrueChecksums(bytes))
    }
}
