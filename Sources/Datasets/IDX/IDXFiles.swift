import ImageFiles

/// The four files of an IDX set in a folder: under MNIST's names, or with the set's own name before them, as EMNIST's come.
struct IDXFiles {
    private let folder: FilePath
    /// What stands before `train-images`.
    private let prefix: [UInt8]
    private let found: [Split: (images: FilePath, labels: FilePath)]
    /// What else is in the folder.
    let inventory: DatasetInventory

    /// The published name and the one some unpacking tools make of it, each plain or gzip'd.
    private static func endings(_ stem: String, rank: Int) -> [String] {
        ["-", "."].flatMap { ["\(stem)\($0)idx\(rank)-ubyte", "\(stem)\($0)idx\(rank)-ubyte.gz"] }
    }

    /// What the validation files are called: MNIST's and EMNIST's.
    private static let validationStems = ["t10k", "test"]

    /// Whether `folder` holds the file that tells such a set: training images.
    static func isPresent(in folder: FilePath) -> Bool {
        ((try? prefixes(in: folder)) ?? []).isEmpty == false
    }

    /// Finds the files in `folder`. Throws where one is missing, or where there are several sets and none under MNIST's plain names.
    init(in folder: FilePath) throws(DatasetError) {
        let prefixes = try Self.prefixes(in: folder)
        guard prefixes.contains([]) || prefixes.count <= 1 else {
            let names = prefixes.map { EscapedName.text(of: $0) + "train-images…" }.joined(separator: ", ")
            throw .bad(
                path: "\(folder)", problem: "the folder holds \(prefixes.count) sets (\(names))",
                remedy: "move the four files of one of them to a folder of their own, and give that")
        }
        let prefix = prefixes.contains([]) ? [] : prefixes.first ?? []
        func file(_ stems: [String], rank: Int) throws(DatasetError) -> FilePath {
            let candidates = stems.flatMap { Self.endings($0, rank: rank) }.map { folder.appending(prefix + Array($0.utf8)) }
            if let path = candidates.first(where: { FileStatus(of: $0)?.kind == .file }) { return path }
            let expected = EscapedName.text(of: prefix) + Self.endings(stems[prefix.isEmpty ? 0 : stems.count - 1], rank: rank)[0]
            throw .missing(
                path: "\(folder.appending(expected))",
                remedy: "put \(expected) or \(expected).gz beside the set's other three files")
        }
        var found: [Split: (images: FilePath, labels: FilePath)] = [:]
        for (split, stems) in [(Split.training, ["train"]), (.validation, Self.validationStems)] {
            found[split] = (
                try file(stems.map { "\($0)-images" }, rank: 3), try file(stems.map { "\($0)-labels" }, rank: 1)
            )
        }
        self.folder = folder
        self.prefix = prefix
        self.found = found
        inventory = DatasetInventory(of: folder, using: found.values.flatMap { [$0.images.name, $0.labels.name] })
    }

    func images(_ split: Split) -> FilePath { found[split]!.images }
    func labels(_ split: Split) -> FilePath { found[split]!.labels }

    /// What stands before the names of training images in `folder`, each once, in the order of their bytes.
    private static func prefixes(in folder: FilePath) throws(DatasetError) -> [[UInt8]] {
        let endings = endings("train-images", rank: 3).map { Array($0.utf8) }
        var prefixes: [[UInt8]] = []
        for name in try namesInFolder(folder) {
            guard let ending = endings.first(where: { name.suffix($0.count).elementsEqual($0) }),
                FileStatus(of: folder.appending(name))?.kind == .file
            else { continue }
            let prefix = Array(name.dropLast(ending.count))
            if !prefixes.contains(prefix) { prefixes.append(prefix) }
        }
        return prefixes
    }
}
