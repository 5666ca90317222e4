/// What systems leave among a user's files without being asked: it is no part of any data set, and nobody is told of it.
enum Droppings {
    /// Lower case. Thumbnails and settings of folders (Windows, macOS, network drives), wastebaskets, and what a file system keeps.
    private static let names: Set<[UInt8]> = Set(
        [
            "thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "__macosx", "@eadir", "#recycle", "#snapshot", "$recycle.bin",
            "system volume information", "lost+found",
        ].map { Array($0.utf8) })

    /// Whether a file or folder called `name` is one: a hidden one, beginning with a dot, or a known one.
    static func contain(_ name: [UInt8]) -> Bool {
        name.first == UInt8(ascii: ".") || names.contains(name.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 })
    }
}
