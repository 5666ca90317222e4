#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// A file that is read a piece at a time, so that no more of it is in memory than that.
package struct FileStream: ByteSource {
    private let file: FilePath
    /// Bytes of a piece; only the last has fewer.
    private static let pieceBytes = 1 << 18

    package init(_ file: FilePath) { self.file = file }

    package var path: String { "\(file)" }

    /// Throws when the file is missing or unreadable, and what `body` throws.
    package func forEachPiece(_ body: (UnsafeRawBufferPointer) throws(DatasetError) -> Bool) throws(DatasetError) {
        let descriptor = try openForReading(file)
        defer { close(descriptor) }
        _ = try regularFileSize(descriptor, file)
        let window = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceBytes, alignment: 16)
        defer { window.deallocate() }
        while true {
            let count = try fill(window, from: descriptor)
            guard count > 0, try body(UnsafeRawBufferPointer(rebasing: window[..<count])), count == window.count else { return }
        }
    }

    /// Reads until `window` is full or the file is at its end; how many bytes that were.
    private func fill(_ window: UnsafeMutableRawBufferPointer, from descriptor: Int32) throws(DatasetError) -> Int {
        var filled = 0
        while filled < window.count {
            let count = read(descriptor, window.baseAddress! + filled, window.count - filled)
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw .refused(file, code: errno) }
            if count == 0 { break }
            filled += count
        }
        return filled
    }
}
