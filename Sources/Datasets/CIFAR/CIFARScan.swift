import ImageFiles

/// Holds a file of records to the format while its bytes come by, and counts its pixels: all that is known of it before memory is taken.
struct CIFARScan: Sendable {
    private let version: CIFARVersion
    /// The file's, as messages have it.
    private let path: String
    private(set) var byteCount = 0
    /// How many pixels of each channel have each value: [C, 256].
    private(set) var histogram = [Int](repeating: 0, count: CIFARVersion.channels * 256)

    init(_ version: CIFARVersion, path: String) {
        self.version = version
        self.path = path
    }

    /// Takes the next bytes. Throws where a label is one that the set has not.
    mutating func take(_ bytes: UnsafeRawBufferPointer) throws(DatasetError) {
        var place = 0
        while place < bytes.count {
            let inRecord = byteCount % version.recordBytes
            if inRecord < version.labelBytes {
                try check(label: bytes[place], number: inRecord)
                place += 1
                byteCount += 1
                continue
            }
            let inImage = inRecord - version.labelBytes
            let channel = inImage / CIFARVersion.planeBytes
            let count = min(bytes.count - place, (channel + 1) * CIFARVersion.planeBytes - inImage)
            histogram.withUnsafeMutableBufferPointer { bins in
                let bins = bins.baseAddress! + channel * 256
                for pixel in bytes[place..<place + count] { bins[Int(pixel)] += 1 }
            }
            place += count
            byteCount += count
        }
    }

    private func check(label: UInt8, number: Int) throws(DatasetError) {
        let count = version.classCounts[number]
        guard label >= count else { return }
        let kind = version.labelBytes == 1 ? "" : number == 0 ? "coarse " : "fine "
        throw .bad(
            path: path, offset: byteCount,
            problem: "\(kind)label \(label), but those of \(version.name) end at \(count - 1)",
            remedy: "download the set again, in its binary version")
    }

    /// How many records the file has. Throws where it has none, or ends within one.
    func recordCount() throws(DatasetError) -> Int {
        let count = byteCount / version.recordBytes
        let excess = byteCount % version.recordBytes
        guard byteCount > 0 else {
            throw .bad(path: path, offset: 0, problem: "the file is empty", remedy: "download the set again")
        }
        guard excess == 0 else {
            throw .bad(
                path: path, offset: byteCount,
                problem: "the file ends \(excess) bytes into record \(count): each has \(version.recordBytes)",
                remedy: "download the set again, in its binary version")
        }
        return count
    }
}
