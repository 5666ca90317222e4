package import ImageFiles
package import Tensors

/// CIFAR-10 or CIFAR-100 in the binary version, from a folder or from the archive: colour images of 32 × 32, held in memory as bytes.
package struct CIFARDataset: ImageDataset {
    package let name: String
    package let classNames: [String]
    package let normalisation: Normalisation
    package let identityBasis: IdentityBasis
    package let inventory: DatasetInventory
    private let files: [Split: [CIFARContents.File]]
    private let counts: [Split: Int]
    private let recordBytes: Int
    private let labelBytes: Int
    /// Which of a record's bytes is the label.
    private let labelPlace: Int

    package var imageShape: Shape { [CIFARVersion.channels, CIFARVersion.extent, CIFARVersion.extent] }

    /// The bytes are in memory as they are: a cache would only copy them.
    package var isWorthCaching: Bool { false }

    /// Reads the set at `path`: its folder, the folder that holds that, or its archive (`.tar`, or gzip'd).
    ///
    /// Throws when a file is missing or malformed. Mean and deviation are exact, over every training pixel of a channel.
    package init(path: String, options: DatasetOptions = DatasetOptions()) throws(DatasetError) {
        try self.init(CIFARContents(reading: FilePath(typed: path), coarse: options.coarseLabels))
    }

    /// Reads an archive that comes from elsewhere than a file. Throws as `init(path:options:)` does.
    package init(archive: some ByteSource, coarse: Bool = false) throws(DatasetError) {
        try self.init(CIFARArchive(archive).contents(coarse: coarse, name: archive.path))
    }

    private init(_ contents: CIFARContents) {
        let version = contents.version
        name = contents.name
        classNames = contents.classNames
        normalisation = contents.normalisation
        identityBasis = .examples(traits: Array("\(version.name), \(contents.histogram)".utf8))
        inventory = contents.inventory
        files = contents.files
        counts = contents.files.mapValues { $0.reduce(0) { $0 + $1.recordCount } }
        (recordBytes, labelBytes) = (version.recordBytes, version.labelBytes)
        labelPlace = contents.labelPlace
    }

    package func exampleCount(_ split: Split) -> Int { counts[split]! }

    package func label(of index: Int, in split: Split) -> Int { Int(record(index, of: split)[labelPlace]) }

    package func decode(_ index: Int, of split: Split, into pixels: UnsafeMutableBufferPointer<UInt8>) throws(DatasetError) {
        _ = pixels.update(fromContentsOf: record(index, of: split)[labelBytes...])
    }

    /// The bytes of an example: its labels, then its image.
    private func record(_ index: Int, of split: Split) -> UnsafeBufferPointer<UInt8> {
        var index = index
        for file in files[split]! {
            if index < file.recordCount {
                let bytes = file.contents.bytes[index * recordBytes..<(index + 1) * recordBytes]
                return UnsafeRawBufferPointer(rebasing: bytes).assumingMemoryBound(to: UInt8.self)
            }
            index -= file.recordCount
        }
        preconditionFailure("the set has \(exampleCount(split)) examples of \(split.rawValue)")
    }
}
