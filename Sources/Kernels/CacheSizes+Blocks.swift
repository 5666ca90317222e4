import Layouts
package import Topology

// How much of their work loops take at once, so that it stays in a cache. None of these decides the order of a sum: what does, such as
// the images of a piece or the rows that are summed together, is a constant where it is used, or bits would depend on the caches.
extension CacheSizes {
    /// Outputs and inputs of the square whose kernels are turned round together, a power of 2: the first cache holds two squares of 4 × 4
    /// taps in single precision.
    package var flippedSide: Int {
        var side = 1
        while 4 * side * side <= firstLevel / (2 * 16 * MemoryLayout<Float>.stride) { side *= 2 }
        return side
    }

    /// Tiles that Winograd's loops transform together, a multiple of the 12 that are multiplied together. Transformed inputs and outputs take
    /// twice the second cache at most, where that leaves enough tiles to read a point's weights for; more where the weights of all 36 points
    /// do not stay in half of the last cache.
    package func winogradTiles(inputs: Int, outputs: Int) -> Int {
        let numbers = 36 * MemoryLayout<Float>.stride
        let (least, most) = (24, 96)
        if numbers * inputs * outputs > lastLevel / 2 { return most }
        let fitting = 2 * secondLevel / (numbers * (inputs + outputs))
        return min(most, max(least, fitting / 12 * 12))
    }

    /// Bytes of a dense layer's input gradient that are in work at once.
    package var gradientTileBytes: Int { secondLevel / 4 }

    /// Numbers of each of three sets of lines of response normalisation, of blocks of channels: they take 9 sixteenths of the first cache.
    package var responseLinesInBlocks: Int { firstLevel / 16 * 3 / MemoryLayout<Float>.stride }

    /// The same where channels lie in rows.
    package var responseLinesInRows: Int { secondLevel / 32 / MemoryLayout<Float>.stride }

    /// Weights in bfloat16 of more bytes than this are written past the caches.
    package var convertedBytes: Int { lastLevel }

    /// A slice of a parameter of more numbers than this is copied past the caches.
    package var gatheredElements: Int { lastLevel / 4 / MemoryLayout<Float>.stride }
}
