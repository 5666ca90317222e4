import JSONText
import Tensors

extension SafeTensorsHeader {
    /// Reads the header of `file`, and holds it to every rule of the format.
    ///
    /// Throws `CheckpointError.bad` with the byte at fault, whatever the file holds. No single allocation is larger than the file.
    init(reading file: any ReadableFile, path: String) throws(CheckpointError) {
        let remedy = "give an undamaged safetensors file"
        guard file.size >= Self.lengthSize else {
            throw .bad(
                path: path, offset: 0,
                problem: "\(file.size) bytes are too few for a safetensors file, which begins with 8 bytes",
                remedy: remedy)
        }
        var prefix: UInt64 = 0
        try withUnsafeMutableBytes(of: &prefix) { buffer throws(CheckpointError) in try file.read(into: buffer, at: 0) }
        let length = UInt64(littleEndian: prefix)
        guard length <= UInt64(Self.largestHeader), length <= UInt64(file.size - Self.lengthSize) else {
            throw .bad(
                path: path, offset: 0,
                problem: "the header is said to have \(length) bytes; the file has \(file.size - Self.lengthSize) for it, "
                    + "and \(Self.largestHeader) are the most that are read", remedy: remedy)
        }
        let bytes = try file.bytes(count: Int(length), at: Self.lengthSize)
        try self.init(parsing: bytes, dataSize: file.size - Self.lengthSize - Int(length), path: path)
    }

    private init(parsing bytes: [UInt8], dataSize: Int, path: String) throws(CheckpointError) {
        var scanner = HeaderScanner(bytes, path: path)
        guard bytes.first == UInt8(ascii: "{") else { throw scanner.failure("the header does not begin with {", at: 0) }
        var entries = [Entry]()
        // No entry is shorter than `"":{"dtype":"U8","shape":[],"data_offsets":[0,0]}`, so this is enough, and less than the header.
        entries.reserveCapacity(bytes.count / 50)
        var metadata: [String: String]?
        var checksumRange: Range<Int>?
        try scanner.object { (scanner, key, place) throws(CheckpointError) in
            if key == "__metadata__" {
                guard metadata == nil else { throw scanner.failure("__metadata__ is there twice", at: place) }
                (metadata, checksumRange) = try Self.metadata(&scanner)
            } else {
                entries.append(try Self.entry(&scanner, name: key, dataSize: dataSize, place: place))
            }
        }
        scanner.skipSpace()
        guard scanner.isAtEnd else { throw scanner.failure("something follows the header's JSON") }

        entries.sort { ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound) }
        try Self.checkCoverage(of: entries, dataSize: dataSize, scanner)
        let byName = entries.indices.sorted { entries[$0].name.utf8.lexicographicallyPrecedes(entries[$1].name.utf8) }
        for (one, other) in zip(byName, byName.dropFirst()) where entries[one].name.utf8.elementsEqual(entries[other].name.utf8) {
            throw scanner.failure("the tensor \(JSONString.excerpt(entries[one].name)) is there twice", at: 0)
        }
        self.init(
            entries: entries, byName: byName, metadata: metadata ?? [:], dataOffset: Self.lengthSize + bytes.count,
            checksumRange: checksumRange)
    }

    private static func metadata(
        _ scanner: inout HeaderScanner
    ) throws(CheckpointError) -> ([String: String], checksumRange: Range<Int>?) {
        var metadata = [String: String]()
        var checksumRange: Range<Int>?
        try scanner.object { (scanner, key, place) throws(CheckpointError) in
            guard metadata.count < mostMetadata else { throw scanner.failure("there are more than \(mostMetadata) metadata") }
            scanner.skipSpace()
            let begin = lengthSize + scanner.position + 1
            guard metadata.updateValue(try scanner.text(), forKey: key) == nil else {
                throw scanner.failure("the metadata \(JSONString.excerpt(key)) are there twice", at: place)
            }
            if key == CheckpointKey.checksum { checksumRange = begin..<lengthSize + scanner.position - 1 }
        }
        return (metadata, checksumRange)
    }

    private static func entry(
        _ scanner: inout HeaderScanner, name: String, dataSize: Int, place: Int
    ) throws(CheckpointError) -> Entry {
        var type: SafeTensorsType?
        var dimensions: [Int]?
        var offsets: [Int]?
        try scanner.object { (scanner, key, place) throws(CheckpointError) in
            switch key {
            case "dtype" where type == nil:
                scanner.skipSpace()
                let place = scanner.position
                let text = try scanner.text()
                guard let known = SafeTensorsType(rawValue: text) else {
                    throw scanner.failure("there is no dtype \(JSONString.excerpt(text))", at: place)
                }
                type = known
            case "shape" where dimensions == nil:
                dimensions = try scanner.naturals(atMost: highestRank, "the shape")
            case "data_offsets" where offsets == nil:
                offsets = try scanner.naturals(atMost: 2, "the pair of offsets")
            case "dtype", "shape", "data_offsets":
                throw scanner.failure("\(key) is there twice", at: place)
            default:
                throw scanner.failure("a tensor has no \(JSONString.excerpt(key))", at: place)
            }
        }
        guard let type, let dimensions, let offsets else {
            throw scanner.failure(
                "the tensor \(JSONString.excerpt(name)) lacks its dtype, its shape or its data_offsets", at: place)
        }
        guard offsets.count == 2, offsets[0] <= offsets[1], offsets[1] <= dataSize else {
            throw scanner.failure(
                "the tensor \(JSONString.excerpt(name)) lies at \(offsets), and there are \(dataSize) bytes of data", at: place)
        }
        guard let count = elementCount(dimensions), let byteCount = type.byteCount(of: count) else {
            throw scanner.failure(
                "the tensor \(JSONString.excerpt(name)) has more elements than can be, or elements that fill no whole bytes",
                at: place)
        }
        guard byteCount == offsets[1] - offsets[0] else {
            throw scanner.failure(
                "the tensor \(JSONString.excerpt(name)) needs \(byteCount) bytes for its shape, and its offsets give \(offsets[1] - offsets[0])",
                at: place)
        }
        return Entry(name: name, type: type, shape: Shape(dimensions), bytes: offsets[0]..<offsets[1])
    }

    /// The product of the extents; nil where it, or the product of those that are not 0, overflows.
    private static func elementCount(_ dimensions: [Int]) -> Int? {
        var product = 1
        for extent in dimensions where extent != 0 {
            let (next, overflow) = product.multipliedReportingOverflow(by: extent)
            guard !overflow else { return nil }
            product = next
        }
        return dimensions.contains(0) ? 0 : product
    }

    private static func checkCoverage(of entries: [Entry], dataSize: Int, _ scanner: HeaderScanner) throws(CheckpointError) {
        var end = 0
        for entry in entries {
            guard entry.bytes.lowerBound == end else {
                throw scanner.failure(
                    "the tensor \(JSONString.excerpt(entry.name)) begins at byte \(entry.bytes.lowerBound) of the data, and the one "
                        + "before it ends at \(end)", at: 0)
            }
            end = entry.bytes.upperBound
        }
        guard end == dataSize else {
            throw scanner.failure("there are \(dataSize) bytes of data, and the last tensor ends at \(end)", at: 0)
        }
    }
}

extension ReadableFile {
    /// The `count` bytes from `offset` on, which the file must have.
    func bytes(count: Int, at offset: Int) throws(CheckpointError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        try bytes.withUnsafeMutableBufferPointer { bytes throws(CheckpointError) in
            try read(into: UnsafeMutableRawBufferPointer(bytes), at: offset)
        }
        return bytes
    }
}
