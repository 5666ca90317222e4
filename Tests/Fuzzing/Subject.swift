/// A reader of files, and what a campaign needs to try it with bad ones.
package struct Subject: Sendable {
    package let name: StaticString
    /// Good files.
    let corpus: [[UInt8]]
    /// Words of the format, as mutations put them in.
    let words: [[UInt8]]
    /// Makes a changed file consistent again where a checksum or a length would hide the change; half of the cases go through it.
    let repair: (@Sendable ([UInt8]) -> [UInt8])?
    /// Whether the bytes must lie in a file: if not, they are read from memory.
    package let needsFile: Bool
    /// Reads a file of these bytes. Throws the reader's own error, if it refuses them.
    let read: @Sendable (_ bytes: UnsafeRawBufferPointer, _ path: String) throws -> Void
    /// Bytes that a refused file may have cost beyond its own.
    let allowance: @Sendable (_ bytes: [UInt8]) -> Int

    /// A mebibyte, which is what the readers promise.
    static let usualAllowance = 1 << 20

    init(
        _ name: StaticString, corpus: [[UInt8]], words: [String] = [], needsFile: Bool = false,
        repair: (@Sendable ([UInt8]) -> [UInt8])? = nil,
        allowance: @escaping @Sendable ([UInt8]) -> Int = { _ in usualAllowance },
        read: @escaping @Sendable (_ bytes: UnsafeRawBufferPointer, _ path: String) throws -> Void
    ) {
        self.name = name
        self.corpus = corpus
        self.words = words.map { Array($0.utf8) }
        self.needsFile = needsFile
        self.repair = repair
        self.allowance = allowance
        self.read = read
    }
}
