/// The first frame of a GIF file, as its headers describe it.
///
/// Source: CompuServe, "Graphics Interchange Format, Version 89a", 1990.
struct GIFFrame {
    /// Where the frame lies, and how large it is.
    let top: Int
    let left: Int
    let height: Int
    let width: Int
    /// The canvas, made as large as the frame needs.
    let canvasHeight: Int
    let canvasWidth: Int
    let isInterlaced: Bool
    /// The colour of what the frame does not cover.
    let background: UInt8
    /// Red, green and blue of 256 colours; those without an entry in the file are the shades of grey that Pillow gives them.
    let colours: [UInt8]
    /// Bits of the first codes.
    let codeBits: Int
    /// Where the coded data begin: blocks, each with its length before it.
    let dataOffset: Int

    /// Reads up to the first frame's data. Throws where the file ends before, or has no frame.
    init(of file: FileContents) throws(DatasetError) {
        guard let frame = Self(file.bytes) else {
            throw .damagedImage(file, .gif, at: min(6, file.bytes.count), "there is no frame")
        }
        self = frame
    }

    private init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count >= 13 else { return nil }
        func number(_ offset: Int) -> Int { Int(bytes[offset]) | Int(bytes[offset + 1]) << 8 }
        var colours = (0..<256).flatMap { [UInt8](repeating: UInt8($0), count: 3) }
        var position = 13
        func takeColours(_ flags: UInt8) -> Bool {
            guard flags & 0x80 != 0 else { return true }
            let count = 3 << (Int(flags & 7) + 1)
            guard position + count <= bytes.count else { return false }
            colours.replaceSubrange(0..<count, with: bytes[position..<position + count])
            position += count
            return true
        }
        guard takeColours(bytes[10]) else { return nil }
        var background: UInt8 = 0
        while position < bytes.count, bytes[position] == UInt8(ascii: "!") {
            // A graphic control extension says which colour is transparent.
            if position + 8 <= bytes.count, bytes[position + 1] == 0xF9, bytes[position + 2] >= 4, bytes[position + 3] & 1 != 0 {
                background = bytes[position + 6]
            }
            position += 2
            while position < bytes.count, bytes[position] != 0 { position += 1 + Int(bytes[position]) }
            position += 1
        }
        guard position + 10 <= bytes.count, bytes[position] == UInt8(ascii: ",") else { return nil }
        left = number(position + 1)
        top = number(position + 3)
        width = number(position + 5)
        height = number(position + 7)
        let flags = bytes[position + 9]
        position += 10
        guard takeColours(flags), position < bytes.count, (1...11).contains(bytes[position]) else { return nil }
        isInterlaced = flags & 0x40 != 0
        codeBits = Int(bytes[position])
        dataOffset = position + 1
        canvasWidth = max(number(6), left + width)
        canvasHeight = max(number(8), top + height)
        self.background = background
        self.colours = colours
    }
}
