public import ImageFiles

extension DatasetSource {
    /// Reads `synthetic[:key=value,...]` or the path of a folder or an archive.
    ///
    /// Throws when an option is unknown or malformed, when nothing is at the path, or when what is there is no data set. What an archive
    /// holds is looked at when it is opened.
    public init(parsing text: String) throws(DatasetError) {
        if text == "synthetic" || text.hasPrefix("synthetic:") {
            self = .synthetic(try SyntheticOptions(parsing: text.dropFirst("synthetic:".count)))
            return
        }
        let path = FilePath(typed: text)
        guard let status = FileStatus(of: path) else {
            let hint = nearestName(to: text, among: ["synthetic"]).map { ", or did you mean \($0)?" } ?? ""
            throw .missing(
                path: text.isEmpty ? "the empty path" : "\(path)", remedy: "give --data synthetic, or \(Self.wanted)\(hint)")
        }
        if status.kind == .file && Self.isReadableArchive("\(path)") {
            self = .cifar(path: text)
            return
        }
        guard status.kind == .folder else { throw Self.noFolder(path) }
        if IDXFiles.isPresent(in: path) {
            self = .idx(folder: text)
        } else if FolderLayout.isPresent(in: path) {
            self = .imageFolder(folder: text)
        } else if CIFARFolder.isPresent(in: path) {
            self = .cifar(path: text)
        } else {
            throw try Self.noDataset(path)
        }
    }

    private static let wanted = "a folder of IDX files, of CIFAR's binary files or of train/CLASS/NAME.jpg"

    /// Whether a file of that name is an archive that is read as it is.
    static func isReadableArchive(_ name: String) -> Bool {
        [".tar", ".tgz", ".tar.gz"].contains(where: name.lowercased().hasSuffix)
    }

    /// Whether a data set is recognised in `folder`.
    static func isPresent(in folder: FilePath) -> Bool {
        IDXFiles.isPresent(in: folder) || FolderLayout.isPresent(in: folder) || CIFARFolder.isPresent(in: folder)
    }

    /// What a path is refused with that is no folder.
    private static func noFolder(_ path: FilePath) -> DatasetError {
        let text = "\(path)".lowercased()
        if [".zip", ".tar.xz", ".tar.bz2", ".tar.zst", ".7z"].contains(where: text.hasSuffix) {
            return .bad(
                path: "\(path)", problem: "this is an archive", remedy: "unpack it, and give the folder that holds the set")
        }
        let folder = path.folder
        return .bad(
            path: "\(path)", problem: "this is no folder",
            remedy: isPresent(in: folder)
                ? "give the folder it is in: --data \(folder)"
                : "give a folder of IDX files, of CIFAR's binary files, or of train/CLASS/NAME.jpg and val/CLASS/NAME.jpg")
    }

    /// What a folder is refused with that holds no set. Throws where it cannot be listed.
    private static func noDataset(_ path: FilePath) throws(DatasetError) -> DatasetError {
        let wanted = [FolderLayout.trainingName, "training"] + FolderLayout.validationNames
        let names = try namesInFolder(path)
        let texts = names.map { EscapedName.text(of: $0) }
        if let name = texts.first(where: { wanted.contains($0.lowercased()) }) {
            return .bad(
                path: "\(path)", problem: "there is no folder train in it, but one called \(name)",
                remedy: "call the folder of the training images train, and that of the validation images val")
        }
        if let name = names.first(where: { isReadableArchive(EscapedName.text(of: $0)) }) {
            return .bad(
                path: "\(path)", problem: "the folder holds no data set, but an archive",
                remedy: "give that, if it is CIFAR's: --data \(path.appending(name))")
        }
        if names.contains(where: { CIFARVersion.isForPython(fileNamed: $0) }) {
            return .bad(
                path: "\(path)", problem: "this is CIFAR's version for Python, whose files are pickled",
                remedy: CIFARVersion.adviceForPython)
        }
        return .bad(
            path: "\(path)",
            problem:
                "the folder holds neither train-images-idx3-ubyte[.gz] nor data_batch_1.bin nor train.bin nor a folder train",
            remedy: "give a folder of IDX files, of CIFAR's binary files, or of train/CLASS/NAME.jpg and val/CLASS/NAME.jpg")
    }
}
