import ImageFiles

/// A tar archive, plain or gzip'd, with the files of a CIFAR set. It is read without unpacking it to the disk.
///
/// It is gone through twice: once to see what it holds, and again to take that into memory, of which no more is taken then than the
/// first pass has counted.
struct CIFARArchive<Source: ByteSource> {
    private let source: Uncompressed<Source>

    init(_ source: Source) { self.source = Uncompressed(source) }

    /// Reads the set. Throws where the archive is damaged or holds none, and where a file of it is missing or wrong, naming it.
    /// - Parameter name: what the set is to be called.
    func contents(coarse: Bool, name: String) throws(DatasetError) -> CIFARContents {
        let reader = try TarReader(source, CIFARSurvey(path: source.path))
        let survey = reader.visitor
        let version = try survey.version(archiveBytes: reader.position)
        let labelPlace = try version.checkedLabelPlace(coarse: coarse, path: source.path)
        let nameFile = version.nameFiles[labelPlace]
        var counts: [String: Int] = [:]
        for file in version.recordFiles {
            counts[file] = try survey.scan(of: file, version, archiveBytes: reader.position).recordCount()
        }
        let names = try CIFARNames.read(
            try survey.names(in: nameFile, version, archiveBytes: reader.position), count: version.classCounts[labelPlace],
            path: survey.path(of: nameFile))
        let histogram = version.files(.training).compactMap { survey.scans[$0]?.histogram }.reduce(
            [Int](repeating: 0, count: CIFARVersion.channels * 256)
        ) { zip($0, $1).map(+) }
        // What is refused is refused before memory is taken for it.
        let normalisation = try Normalisation(version, histogram: histogram, path: survey.path(of: version.recordFiles[0]))
        let loaded = try load(counts.mapValues { $0 * version.recordBytes })
        var files: [Split: [CIFARContents.File]] = [:]
        for split in Split.allCases {
            files[split] = version.files(split).map { CIFARContents.File(contents: loaded[$0]!, recordCount: counts[$0]!) }
        }
        return CIFARContents(
            version: version, name: name, labelPlace: labelPlace, files: files, histogram: histogram,
            normalisation: normalisation,
            classNames: names, inventory: survey.inventory)
    }

    /// The contents of the files whose sizes are given.
    private func load(_ sizes: [String: Int]) throws(DatasetError) -> [String: FileContents] {
        let loader = try TarReader(source, CIFARLoader(sizes, path: source.path)).visitor
        guard loader.isWhole else { throw loader.changed }
        return loader.files.mapValues(\.contents)
    }
}

/// Takes files out of an archive whose sizes are known, byte for byte.
private struct CIFARLoader: TarVisitor {
    struct File {
        let contents: FileContents
        let buffer: UnsafeMutableRawBufferPointer
        var filled = 0
    }

    private(set) var files: [String: File] = [:]
    private let path: String
    private var current: String?

    init(_ sizes: [String: Int], path: String) {
        self.path = path
        for (name, size) in sizes {
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
            files[name] = File(contents: FileContents(path: "\(path), \(name)", adopting: buffer), buffer: buffer)
        }
    }

    var isWhole: Bool { files.values.allSatisfy { $0.filled == $0.buffer.count } }

    /// What is thrown where the archive is another one than a moment ago.
    var changed: DatasetError {
        .unreadable(path: path, reason: "it changed while it was read", remedy: "leave it alone, and run again")
    }

    mutating func begin(_ member: TarMember) throws(DatasetError) {
        let name = member.name.split(separator: UInt8(ascii: "/")).last.flatMap { CIFARVersion.of(fileNamed: $0)?.file }
        current = name.flatMap { files[$0] == nil ? nil : $0 }
        guard let current, let file = files[current] else { return }
        guard member.byteCount == file.buffer.count, file.filled == 0 else { throw changed }
    }

    mutating func take(_ bytes: UnsafeRawBufferPointer) throws(DatasetError) {
        guard let current, let file = files[current] else { return }
        guard file.filled + bytes.count <= file.buffer.count else { throw changed }
        UnsafeMutableRawBufferPointer(rebasing: file.buffer[file.filled...]).copyMemory(from: bytes)
        files[current]?.filled += bytes.count
    }

    mutating func end() throws(DatasetError) { current = nil }
}
