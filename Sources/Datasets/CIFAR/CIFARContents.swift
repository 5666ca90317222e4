import ImageFiles

/// All that is read of a CIFAR set, from a folder or an archive.
struct CIFARContents: Sendable {
    /// A file of records, which was held to the format.
    struct File: Sendable {
        let contents: FileContents
        let recordCount: Int
    }

    let version: CIFARVersion
    /// What the set is called: its folder or its archive.
    let name: String
    /// Which of a record's labels counts.
    let labelPlace: Int
    let files: [Split: [File]]
    /// How many training pixels of each channel have each value: [C, 256].
    let histogram: [Int]
    let normalisation: Normalisation
    /// One for each class of the labels that were asked for.
    let classNames: [String]
    let inventory: DatasetInventory
}

extension CIFARContents {
    /// Reads the set at `path`, a folder or an archive.
    ///
    /// Throws the first thing that is wrong with it, before memory is taken for an archive's images.
    init(reading path: FilePath, coarse: Bool) throws(DatasetError) {
        if FileStatus.isFolder(path) {
            self = try CIFARFolder(path).contents(coarse: coarse)
        } else {
            self = try CIFARArchive(FileStream(path)).contents(coarse: coarse, name: EscapedName.text(of: path.name))
        }
    }
}

extension CIFARVersion {
    /// Which of a record's labels counts. Throws where `coarse` ones are asked for that the set, which lies at `path`, has not.
    func checkedLabelPlace(coarse: Bool, path: String) throws(DatasetError) -> Int {
        if let place = labelPlace(coarse: coarse) { return place }
        throw .unsuitable(
            problem: "--coarse-labels is given, but \(path) is \(name), which has one label for each image",
            remedy: "leave it out, or give CIFAR-100")
    }
}
