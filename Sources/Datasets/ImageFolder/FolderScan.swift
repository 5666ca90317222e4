/// The picture files of `folder/split/class/`, with every file's header checked, in the order of their names' bytes.
struct FolderScan {
    struct Picture: Sendable {
        let path: String
        let label: Int
    }

    private(set) var classNames: [String] = []
    private(set) var pictures: [Split: [Picture]] = [:]

    /// The folders that may hold the validation pictures; the first one present does.
    static let validationNames = ["val", "validation", "valid", "test"]
    static let trainingName = "train"

    /// Whether `folder` looks like a folder of pictures: a split's folder is in it.
    static func isPresent(in folder: String) -> Bool {
        ([trainingName] + validationNames).contains { PathKind(of: joinedPath(folder, $0)) == .folder }
    }

    /// Lists and checks everything under `folder`. Cost: one small read per picture.
    ///
    /// Throws on the first thing wrong: a split missing, a class without pictures, a class that training lacks, or a file
    /// that is not the JPEG or PNG its name says.
    init(of folder: String) throws(DatasetError) {
        let training = joinedPath(folder, Self.trainingName)
        guard PathKind(of: training) == .folder else {
            throw .bad(
                path: folder, problem: "there is no folder \(Self.trainingName) in it",
                remedy: "arrange the pictures as \(Self.trainingName)/CLASS/NAME.jpg and val/CLASS/NAME.jpg")
        }
        let candidates = Self.validationNames.map { joinedPath(folder, $0) }
        guard let validation = candidates.first(where: { PathKind(of: $0) == .folder }) else {
            throw .bad(
                path: folder, problem: "there is no validation folder in it (\(Self.validationNames.joined(separator: ", ")))",
                remedy: "move some pictures of each class to val/CLASS/")
        }
        classNames = try Self.folders(in: training)
        guard classNames.count >= 2 else {
            throw .bad(
                path: training, problem: "\(classNames.count) class folders; telling classes apart takes two",
                remedy: "put each class's pictures in a folder of its own")
        }
        let unknown = try Self.folders(in: validation).first { !classNames.contains($0) }
        if let unknown {
            throw .bad(
                path: joinedPath(validation, unknown), problem: "training has no class of that name",
                remedy: "add \(joinedPath(training, unknown)), or remove the folder")
        }
        pictures[.training] = try Self.pictures(in: training, classNames: classNames)
        pictures[.validation] = try Self.pictures(in: validation, classNames: classNames)
    }

    private static func folders(in folder: String) throws(DatasetError) -> [String] {
        try namesInFolder(folder).filter { PathKind(of: joinedPath(folder, $0)) == .folder }
    }

    private static func pictures(in split: String, classNames: [String]) throws(DatasetError) -> [Picture] {
        var pictures = [Picture]()
        for (label, className) in classNames.enumerated() {
            let folder = joinedPath(split, className)
            guard PathKind(of: folder) == .folder else { continue }
            let names = try namesInFolder(folder).filter { ImageFormat.hasEnding($0.utf8) }
            guard !names.isEmpty else {
                throw .bad(
                    path: folder, problem: "the class has no .jpg, .jpeg or .png file",
                    remedy: "add pictures, or remove the folder")
            }
            for name in names {
                let path = joinedPath(folder, name)
                _ = try ImageHeader(reading: path)
                pictures.append(Picture(path: path, label: label))
            }
        }
        guard !pictures.isEmpty else {
            throw .bad(path: split, problem: "there is no picture in it", remedy: "put pictures in \(split)/CLASS/")
        }
        return pictures
    }
}
