import ImageFiles

/// Goes through an archive to see which files of a CIFAR set it holds, and holds them to the format.
struct CIFARSurvey: TarVisitor {
    /// What was found out of each file of records.
    private(set) var scans: [String: CIFARScan] = [:]
    private let path: String
    private var names: [String: [UInt8]] = [:]
    /// Where the files lie in the archive, and of which set they are.
    private var place: (folder: [UInt8], version: CIFARVersion)?
    private var current: (file: String, holdsRecords: Bool)?
    private var isForPython = false
    /// Files that are no part of the set, by what their names end in.
    private var others: [String: Int] = [:]

    init(path: String) { self.path = path }

    /// A file of the set, as messages have it.
    func path(of file: String) -> String { "\(path), \(file)" }

    mutating func begin(_ member: TarMember) throws(DatasetError) {
        let components = member.name.split(separator: UInt8(ascii: "/"))
        current = nil
        guard let last = components.last, !components.contains(where: { Droppings.contain(Array($0)) }) else { return }
        guard let (version, file, holdsRecords) = CIFARVersion.of(fileNamed: last) else {
            isForPython = isForPython || components.contains { CIFARVersion.isForPython(fileNamed: $0) }
            LeftOutFiles.count(member.name, in: &others)
            return
        }
        let folder = Array(components.dropLast().joined(separator: [UInt8(ascii: "/")]))
        let first = place ?? (folder, version)
        place = first
        guard first.folder == folder && first.version == version, scans[file] == nil, names[file] == nil else {
            throw .bad(
                path: path(of: file), offset: 0,
                problem: "the archive holds \(EscapedName.text(of: member.name)) beside another set's files",
                remedy: "give an archive of one set")
        }
        current = (file, holdsRecords)
        if holdsRecords { scans[file] = CIFARScan(version, path: path(of: file)) } else { names[file] = [] }
    }

    mutating func take(_ bytes: UnsafeRawBufferPointer) throws(DatasetError) {
        guard let current else { return }
        if current.holdsRecords {
            try scans[current.file]?.take(bytes)
        } else {
            // One byte more than there may be tells a file that is too long from one that just fits.
            let room = CIFARNames.byteLimit + 1 - (names[current.file]?.count ?? 0)
            names[current.file]?.append(contentsOf: bytes.prefix(room))
        }
    }

    mutating func end() throws(DatasetError) { current = nil }

    /// Which set it is. Throws where it is none.
    /// - Parameter archiveBytes: of all that was gone through.
    func version(archiveBytes: Int) throws(DatasetError) -> CIFARVersion {
        if let place { return place.version }
        let isEmpty = others.isEmpty
        throw .bad(
            path: path, offset: archiveBytes,
            problem: isEmpty
                ? "the archive ends there and holds no file"
                : "the archive ends there without data_batch_1.bin of CIFAR-10 or train.bin of CIFAR-100",
            remedy: isForPython
                ? CIFARVersion.adviceForPython
                : isEmpty
                    ? "download it again" : "give CIFAR's binary version, or unpack it and give the folder that holds the set")
    }

    /// What was found out of `file`. Throws where the archive lacks it.
    func scan(of file: String, _ version: CIFARVersion, archiveBytes: Int) throws(DatasetError) -> CIFARScan {
        if let scan = scans[file] { return scan }
        throw missing(file, version, archiveBytes)
    }

    /// The bytes of a file of names. Throws where the archive lacks it.
    func names(in file: String, _ version: CIFARVersion, archiveBytes: Int) throws(DatasetError) -> [UInt8] {
        if let names = names[file] { return names }
        throw missing(file, version, archiveBytes)
    }

    private func missing(_ file: String, _ version: CIFARVersion, _ archiveBytes: Int) -> DatasetError {
        .bad(
            path: path, offset: archiveBytes, problem: "the archive ends there without \(file), a part of \(version.name)",
            remedy: "download the archive again")
    }

    /// What else is in the archive.
    var inventory: DatasetInventory {
        var inventory = DatasetInventory()
        inventory.leftOut = LeftOutFiles.list(others, place: nil)
        return inventory
    }
}
