/// Grey from red, green and blue (ITU-R BT.601), in the 16-bit fixed point that Pillow's conversion to `L` uses.
enum Luma {
    /// The shares of red, green and blue, which sum to 1.
    static let weights: [Float] = [0.299, 0.587, 0.114]

    static func of(red: UInt8, green: UInt8, blue: UInt8) -> UInt8 {
        let weighted: UInt32 = UInt32(red) &* 19595 &+ UInt32(green) &* 38470 &+ UInt32(blue) &* 7471
        return UInt8((weighted &+ 0x8000) >> 16)
    }

    /// Turns the planes [3, H, W] of `colour` into the plane [1, H, W] of `grey`.
    static func convert(_ colour: UnsafeBufferPointer<UInt8>, into grey: UnsafeMutableBufferPointer<UInt8>) {
        let count = grey.count
        precondition(colour.count == 3 * count, "\(colour.count) bytes are not three planes of \(count)")
        for i in 0..<count {
            grey[i] = of(red: colour[i], green: colour[count + i], blue: colour[2 * count + i])
        }
    }
}
