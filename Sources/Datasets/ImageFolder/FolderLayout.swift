import ImageFiles

/// Where a folder of images has its splits and classes, and whether they agree.
struct FolderLayout {
    let root: FilePath
    let folders: [Split: FilePath]
    /// The names of training's class folders, in the order of their bytes.
    let classes: [[UInt8]]
    /// What is likely to be a slip.
    private(set) var remarks: [String] = []

    static let trainingName = "train"
    /// The folders that may hold the validation images; the first one present does.
    static let validationNames = ["val", "validation", "valid", "test"]
    /// The most files that are counted where none is used.
    private static let countLimit = 1_000_000

    /// Whether `folder` looks like a folder of images: a split's folder is in it.
    static func isPresent(in folder: FilePath) -> Bool {
        ([trainingName] + validationNames).contains { FileStatus.isFolder(folder.appending($0)) }
    }

    /// Throws where a split is missing, where there are fewer than two classes, or where validation has a class of its own.
    init(of root: FilePath) throws(DatasetError) {
        let training = root.appending(Self.trainingName)
        guard FileStatus.isFolder(training) else {
            throw .bad(
                path: "\(root)", problem: "there is no folder \(Self.trainingName) in it",
                remedy: "arrange the images as \(Self.trainingName)/CLASS/NAME.jpg and val/CLASS/NAME.jpg")
        }
        let candidates = Self.validationNames.map { root.appending($0) }
        guard let validation = candidates.first(where: { FileStatus.isFolder($0) }) else {
            throw .bad(
                path: "\(root)", problem: "there is no validation folder in it (\(Self.validationNames.joined(separator: ", ")))",
                remedy: "move some images of each class to val/CLASS/")
        }
        self.root = root
        folders = [.training: training, .validation: validation]
        let above = [root, training, validation].compactMap { FileStatus(of: $0)?.identity }
        classes = try Self.folders(in: training, except: above)
        guard classes.count >= 2 else {
            throw .bad(
                path: "\(training)",
                problem: "\(classes.count) class folder\(classes.count == 1 ? "" : "s"); telling classes apart takes two",
                remedy: "put each class's images in a folder of its own")
        }
        let known = Set(classes)
        let validated = try Self.folders(in: validation, except: above)
        if let unknown = validated.first(where: { !known.contains($0) }) {
            throw Self.unknownClass(unknown, in: validation, training: training, classes)
        }
        remarks = Self.remarksOnNames(classes) + Self.remarksOnMissing(classes, Set(validated), in: validation)
    }

    /// The folders that `split`'s class folders lie in: a link to one of them would lead in a circle.
    func identities(above split: Split) -> [FileStatus.Identity] {
        [root, folders[split]].compactMap { $0.flatMap { FileStatus(of: $0)?.identity } }
    }

    // MARK: Class folders

    /// Links that lead back to one of `above` are no classes.
    private static func folders(in folder: FilePath, except above: [FileStatus.Identity]) throws(DatasetError) -> [[UInt8]] {
        try namesInFolder(folder).filter {
            guard let status = FileStatus(of: folder.appending($0)), status.kind == .folder else { return false }
            return !above.contains(status.identity)
        }
    }

    private static func unknownClass(
        _ name: [UInt8], in validation: FilePath, training: FilePath, _ classes: [[UInt8]]
    ) -> DatasetError {
        let place = validation.appending(name)
        let text = EscapedName.text(of: name)
        if let alike = classes.first(where: { look(of: $0) == look(of: name) }) {
            return .bad(
                path: "\(place)",
                problem: "training has no class of that name, but one that looks alike: \(EscapedName.ascii(of: alike)), and not "
                    + EscapedName.ascii(of: name),
                remedy: "give both folders the same name, byte by byte")
        }
        return .bad(
            path: "\(place)", problem: "training has no class \(text)",
            remedy: "add images of it to \(training.appending(name)), or remove the folder")
    }

    /// What people see of a name: equal for names that differ in capitals or in how accents are encoded.
    private static func look(of name: [UInt8]) -> String { EscapedName.text(of: name).lowercased() }

    private static func remarksOnNames(_ classes: [[UInt8]]) -> [String] {
        // Strings are equal in Swift where Unicode has them so, however they are encoded.
        Dictionary(grouping: classes, by: look).values.filter { $0.count > 1 }.map { names in
            "these classes look alike, and are told apart: " + names.map { EscapedName.ascii(of: $0) }.joined(separator: ", ")
        }.sorted()
    }

    private static func remarksOnMissing(_ classes: [[UInt8]], _ validated: Set<[UInt8]>, in validation: FilePath) -> [String] {
        let missing = classes.filter { !validated.contains($0) }.map { EscapedName.text(of: $0) }
        guard !missing.isEmpty else { return [] }
        let most = 5
        return [
            "\(validation.short) has no images of \(missing.prefix(most).joined(separator: ", "))"
                + (missing.count > most ? " and \(missing.count - most) more classes" : "")
        ]
    }

    // MARK: What is no class's

    /// Files beside the class folders, in other folders and beside the splits, and what could not be counted.
    func outsideClasses() -> (files: [LeftOutFiles], remarks: [String]) {
        let slash = UInt8(ascii: "/")
        let splits = folders.values.map(\.name)
        let classFolders = Set(classes)
        let walk = FolderWalk(of: root, limit: Self.countLimit) { name in
            // A class's own files are counted with it.
            let parts = name.split(separator: slash)
            return parts.count == 2 && splits.contains(Array(parts[0])) && classFolders.contains(Array(parts[1]))
        }
        var order: [String] = []
        var names: [String: [[UInt8]]] = [:]
        for file in walk.files {
            let place = place(of: file.name, splits)
            if names[place] == nil { order.append(place) }
            names[place, default: []].append(file.name)
        }
        let remarks =
            walk.closed.map { "not counted: \($0)" } + (walk.isCut ? ["files that are left out were counted in part"] : [])
        return (order.flatMap { LeftOutFiles.counted(names[$0] ?? [], place: $0) }, remarks)
    }

    private func place(of name: [UInt8], _ splits: [[UInt8]]) -> String {
        let parts = name.split(separator: UInt8(ascii: "/"), maxSplits: 1).map(Array.init)
        guard parts.count == 2 else { return "beside \(Self.trainingName)" }
        return splits.contains(parts[0]) ? "beside the class folders" : "in \(EscapedName.text(of: parts[0]))"
    }
}
