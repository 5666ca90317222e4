import ImageFiles

/// The image files of `folder/split/class/`, subfolders included, each found to be readable, in the order of their paths' bytes.
struct FolderScan {
    struct Image: Sendable {
        let label: Int
        let key: ExampleKey
    }

    /// The names of the class folders, in the order of their bytes: the labels.
    let classes: [[UInt8]]
    /// The splits' folders.
    let folders: [Split: FilePath]
    private(set) var images: [Split: [Image]] = [:]
    private(set) var inventory = DatasetInventory()

    /// Lists and checks everything under `root`.
    ///
    /// Cost: one small read per image; with `options.skipsUnreadable`, `decode` of each.
    ///
    /// Throws on the first thing wrong: a split missing, a class without images, a class that training lacks, or a file that is
    /// no image though its name says so.
    init(
        of root: FilePath, _ options: DatasetOptions, decode: @escaping @Sendable (FilePath, Split) throws(DatasetError) -> Void
    ) throws(DatasetError) {
        let layout = try FolderLayout(of: root)
        classes = layout.classes
        folders = layout.folders
        inventory.remarks = layout.remarks
        var stray = [[UInt8]]()
        for split in Split.allCases {
            guard let folder = layout.folders[split] else { continue }
            var found = try Self.list(layout, split)
            stray += found.stray
            inventory.remarks += found.remarks
            try Self.check(&found.images, options, in: folder, layout, split, decode, &inventory)
            try Self.holdToClasses(found.images, in: folder, layout, split)
            images[split] = found.images
        }
        let outside = layout.outsideClasses()
        inventory.leftOut = LeftOutFiles.counted(stray, place: nil) + outside.files
        inventory.remarks += outside.remarks
    }

    // MARK: Listing

    private struct Listing {
        var images: [Image] = []
        var stray: [[UInt8]] = []
        var remarks: [String] = []
    }

    private static func list(_ layout: FolderLayout, _ split: Split) throws(DatasetError) -> Listing {
        guard let folder = layout.folders[split] else { preconditionFailure("a layout has both splits") }
        var listing = Listing()
        var circles = 0
        for (label, name) in layout.classes.enumerated() {
            let place = folder.appending(name)
            guard FileStatus.isFolder(place) else { continue }
            let walk = FolderWalk(of: place, above: layout.identities(above: split))
            if let error = walk.closed.first { throw error }
            circles += walk.circles
            let before = listing.images.count
            for file in walk.files {
                if ImageFormat.hasEnding(file.name) {
                    let key = ExampleKey(name: file.name, byteCount: file.status?.byteCount ?? 0)
                    listing.images.append(Image(label: label, key: key))
                } else {
                    listing.stray.append(file.name)
                }
            }
            guard listing.images.count > before else {
                let others = LeftOutFiles.counted(walk.files.map(\.name), place: nil)
                throw .bad(
                    path: "\(place)",
                    problem: "the class has no image" + (others.sentence.map { " (\($0))" } ?? ""),
                    remedy: "add files that end in one of \(ImageFormat.endingList), or remove the folder")
            }
        }
        if circles > 0 {
            listing.remarks.append(
                "\(circles) link\(circles == 1 ? "" : "s") in \(folder.short) left out that lead\(circles == 1 ? "s" : "") back to a folder above"
            )
        }
        return listing
    }

    /// Leaves out of `images` what cannot be read, if that is wanted, and notes it; throws of the first otherwise.
    private static func check(
        _ images: inout [Image], _ options: DatasetOptions, in folder: FilePath, _ layout: FolderLayout, _ split: Split,
        _ decode: @escaping @Sendable (FilePath, Split) throws(DatasetError) -> Void, _ inventory: inout DatasetInventory
    ) throws(DatasetError) {
        let found = images
        let classes = layout.classes
        @Sendable func path(_ index: Int) -> FilePath {
            folder.appending(classes[found[index].label]).appending(found[index].key.name)
        }
        guard options.skipsUnreadable else {
            for index in found.indices {
                do throws(DatasetError) {
                    _ = try ImageHeader(reading: path(index))
                } catch {
                    throw options.adviceForUnreadable.map { error.advising($0) } ?? error
                }
            }
            return
        }
        let failures = try ReadabilityCheck.failures(of: found.count, threads: options.threads) { index throws(DatasetError) in
            try decode(path(index), split)
        }
        inventory.unreadable += failures.sorted { $0.key < $1.key }.map { index, error in
            .init(
                path: "\(path(index))", reason: error.reason, split: split, label: found[index].label, key: found[index].key)
        }
        images = found.indices.filter { failures[$0] == nil }.map { found[$0] }
    }

    /// A class whose images all turned out to be unreadable is none any more.
    private static func holdToClasses(
        _ images: [Image], in folder: FilePath, _ layout: FolderLayout, _ split: Split
    ) throws(DatasetError) {
        let present = Set(images.map(\.label))
        for (label, name) in layout.classes.enumerated() where !present.contains(label) {
            let place = folder.appending(name)
            guard FileStatus.isFolder(place) else { continue }
            throw .bad(
                path: "\(place)", problem: "the class has no image that can be read", remedy: "add images, or remove the folder")
        }
        guard !images.isEmpty else {
            throw .bad(path: "\(folder)", problem: "there is no image in it", remedy: "put images in \(folder)/CLASS/")
        }
    }
}
