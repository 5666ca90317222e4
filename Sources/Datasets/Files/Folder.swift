import ImageFiles

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The names in a folder but for `Droppings`, sorted by byte value: capitals first, the same on every machine.
///
/// Throws where the folder is missing or cannot be read to its end.
func namesInFolder(_ path: FilePath) throws(DatasetError) -> [[UInt8]] {
    guard let folder = path.withCString({ opendir($0) }) else { throw .refused(path, code: errno, isFolder: true) }
    defer { closedir(folder) }
    var names = [[UInt8]]()
    while true {
        errno = 0
        guard let entry = readdir(folder) else { break }
        let name = withUnsafePointer(to: &entry.pointee.d_name) { field in
            field.withMemoryRebound(to: CChar.self, capacity: MemoryLayout.size(ofValue: field.pointee)) { text in
                Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
            }
        }
        if !Droppings.contain(name) { names.append(name) }
    }
    guard errno == 0 else { throw .refused(path, code: errno, isFolder: true) }
    return names.sorted { $0.lexicographicallyPrecedes($1) }
}
