public import Tensors

/// What a safetensors file says of itself before its data.
///
/// The format: 8 bytes with the length of the header, little-endian; the header in JSON, padded with spaces; the tensors' bytes,
/// little-endian and row-major, each where its header's offsets say, without overlap or hole.
/// Source: huggingface/safetensors, README, "Format"; the limits are those of its reference implementation.
public struct SafeTensorsHeader: Sendable, Hashable {
    /// One tensor of the file.
    public struct Entry: Sendable, Hashable {
        public let name: String
        public let type: SafeTensorsType
        public let shape: Shape
        /// Its bytes, counted from the begin of the data.
        public let bytes: Range<Int>
    }

    /// The tensors in the order of their data.
    public let entries: [Entry]
    /// Free text by key.
    public let metadata: [String: String]
    /// Where the data begin in the file.
    public let dataOffset: Int
    /// Where the value of the checksum stands in the file, if there is one.
    let checksumRange: Range<Int>?

    /// The indices of `entries` by name, so that looking one up takes no table of its own.
    private let byName: [Int]

    /// Bytes of the header's length.
    static let lengthSize = 8
    /// The largest header that the format allows, in bytes.
    static let largestHeader = 100_000_000
    /// As many axes as PyTorch's tensors can have.
    static let highestRank = 64
    /// A bound on what a file of a few bytes can make us allocate.
    static let mostMetadata = 8_192

    /// `entries` in the order of their data; `byName` in the order of names.
    init(entries: [Entry], byName: [Int], metadata: [String: String], dataOffset: Int, checksumRange: Range<Int>?) {
        self.entries = entries
        self.byName = byName
        self.metadata = metadata
        self.dataOffset = dataOffset
        self.checksumRange = checksumRange
    }

    /// The tensor of this name, if there is one. Cost: O(log of the number of tensors).
    public func entry(named name: String) -> Entry? {
        var range = byName.indices
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            let candidate = entries[byName[middle]]
            if candidate.name.utf8.elementsEqual(name.utf8) { return candidate }
            range =
                candidate.name.utf8.lexicographicallyPrecedes(name.utf8)
                ? middle + 1..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }
}
