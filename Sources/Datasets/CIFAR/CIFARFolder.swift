import ImageFiles

/// A folder with the files of a CIFAR set, or with the folder that the published archive has them in.
struct CIFARFolder {
    private let given: FilePath
    private let folder: FilePath
    private let version: CIFARVersion

    /// Whether `folder` holds the files of records of such a set.
    static func isPresent(in folder: FilePath) -> Bool { !found(in: folder).isEmpty }

    /// Finds the set. Throws where there are several.
    init(_ folder: FilePath) throws(DatasetError) {
        let found = Self.found(in: folder)
        guard let first = found.first else {
            throw .missing(
                path: "\(folder.appending(CIFARVersion.cifar10.recordFiles[0]))",
                remedy: "give the folder that holds the files of CIFAR-10 or CIFAR-100")
        }
        guard found.count == 1 else {
            let names = found.map { $0.folder == folder ? "its own files" : EscapedName.text(of: $0.folder.name) }
            throw .bad(
                path: "\(folder)", problem: "the folder holds \(found.count) sets (\(names.joined(separator: ", ")))",
                remedy: "give the folder of one of them, or move its files to one of their own")
        }
        given = folder
        (self.folder, version) = first
    }

    /// The sets in `folder` itself and in the folders of the published archives.
    private static func found(in folder: FilePath) -> [(folder: FilePath, version: CIFARVersion)] {
        CIFARVersion.allCases.flatMap { version in
            [folder, folder.appending(version.folder)].filter { place in
                version.recordFiles.contains { FileStatus(of: place.appending($0))?.kind == .file }
            }.map { ($0, version) }
        }
    }

    /// Reads the files, each once. Throws where one is missing or wrong, naming it.
    func contents(coarse: Bool) throws(DatasetError) -> CIFARContents {
        let labelPlace = try version.checkedLabelPlace(coarse: coarse, path: "\(folder)")
        let nameFile = version.nameFiles[labelPlace]
        for file in version.recordFiles + [nameFile] { try require(file) }
        var files: [Split: [CIFARContents.File]] = [:]
        var histogram: [Int] = []
        for split in Split.allCases {
            for name in version.files(split) {
                let contents = try FileContents(reading: folder.appending(name))
                var scan = CIFARScan(version, path: contents.path)
                try scan.take(contents.bytes)
                files[split, default: []].append(CIFARContents.File(contents: contents, recordCount: try scan.recordCount()))
                if split == .training { histogram = histogram.isEmpty ? scan.histogram : zip(histogram, scan.histogram).map(+) }
            }
        }
        let names = try FileContents(reading: folder.appending(nameFile), limit: CIFARNames.byteLimit + 1)
        let prefix = folder == given ? [] : folder.name + [UInt8(ascii: "/")]
        return CIFARContents(
            version: version, name: EscapedName.text(of: folder.name), labelPlace: labelPlace, files: files, histogram: histogram,
            normalisation: try Normalisation(version, histogram: histogram, path: "\(folder.appending(version.recordFiles[0]))"),
            classNames: try CIFARNames.read(names.bytes, count: version.classCounts[labelPlace], path: names.path),
            inventory: DatasetInventory(
                of: given, using: (version.recordFiles + version.nameFiles).map { prefix + Array($0.utf8) }))
    }

    private func require(_ file: String) throws(DatasetError) {
        let path = folder.appending(file)
        if FileStatus(of: path)?.kind == .file { return }
        throw .missing(
            path: "\(path)",
            remedy: "put \(file) beside the set's other files, from the archive of \(version.name)'s binary version")
    }
}
