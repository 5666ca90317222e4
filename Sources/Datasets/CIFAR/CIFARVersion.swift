/// The two sets of 32 × 32 colour images, in the binary form in which they are published.
///
/// A file is a run of records of one size: the labels, a byte each, then 1,024 bytes of red, of green and of blue, each plane row-major.
///
/// Source: A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009; the sets' page, section "Binary version".
enum CIFARVersion: Sendable, CaseIterable {
    case cifar10
    case cifar100

    /// Rows and columns of every image.
    static let extent = 32
    static let channels = 3
    /// Bytes of an image.
    static let imageBytes = channels * extent * extent
    static let planeBytes = extent * extent

    var name: String {
        switch self {
        case .cifar10: "CIFAR-10"
        case .cifar100: "CIFAR-100"
        }
    }

    /// The folder that the published archive has its files in.
    var folder: String {
        switch self {
        case .cifar10: "cifar-10-batches-bin"
        case .cifar100: "cifar-100-binary"
        }
    }

    /// How many classes each label of a record tells apart, in their order: of CIFAR-100 the coarse ones come first.
    var classCounts: [Int] {
        switch self {
        case .cifar10: [10]
        case .cifar100: [20, 100]
        }
    }

    /// Where the names of these classes are, a line each.
    var nameFiles: [String] {
        switch self {
        case .cifar10: ["batches.meta.txt"]
        case .cifar100: ["coarse_label_names.txt", "fine_label_names.txt"]
        }
    }

    var labelBytes: Int { classCounts.count }
    /// 3,073 or 3,074.
    var recordBytes: Int { labelBytes + Self.imageBytes }

    /// The files of records, in the order in which they stand in the set.
    func files(_ split: Split) -> [String] {
        switch (self, split) {
        case (.cifar10, .training): (1...5).map { "data_batch_\($0).bin" }
        case (.cifar10, .validation): ["test_batch.bin"]
        case (.cifar100, .training): ["train.bin"]
        case (.cifar100, .validation): ["test.bin"]
        }
    }

    /// All files of records.
    var recordFiles: [String] { Split.allCases.flatMap(files) }

    /// Which of the record's labels counts: the last, which is the finer, or the coarse one.
    ///
    /// Nil where there is no coarse one.
    func labelPlace(coarse: Bool) -> Int? { coarse ? (labelBytes > 1 ? 0 : nil) : labelBytes - 1 }

    /// The version that a file called `name` is of, and whether it holds records or names.
    static func of(fileNamed name: some Collection<UInt8>) -> (version: CIFARVersion, file: String, holdsRecords: Bool)? {
        for version in allCases {
            if let file = version.recordFiles.first(where: { name.elementsEqual($0.utf8) }) { return (version, file, true) }
            if let file = version.nameFiles.first(where: { name.elementsEqual($0.utf8) }) { return (version, file, false) }
        }
        return nil
    }

    /// Whether `name` is of the version for Python, which is pickled.
    static func isForPython(fileNamed name: some Collection<UInt8>) -> Bool {
        name.elementsEqual("data_batch_1".utf8) || name.elementsEqual("batches.meta".utf8)
            || name.elementsEqual("cifar-10-batches-py".utf8) || name.elementsEqual("cifar-100-python".utf8)
    }

    /// What somebody does about a set in the version for Python.
    static let adviceForPython = "download the binary version, cifar-10-binary.tar.gz or cifar-100-binary.tar.gz"
}
