import ImageFiles

/// Grey and colour made of each other, for networks that take the one where the data have the other.
enum ChannelMatch {
    /// Throws where no rule turns images of `source` channels into images of `target`.
    static func check(_ source: Int, _ target: Int) throws(DatasetError) {
        guard source == target || (source == 1 && target == 3) || (source == 3 && target == 1) else {
            throw .unsuitable(
                problem:
                    "images of \(source) channel\(source == 1 ? "" : "s") cannot be shown to a network with \(target) input channels",
                remedy: "give the network 1 or 3 input channels")
        }
    }

    /// Fills `pixels`, planes [C, H, W] of `target` channels: `fill` writes planes of `source` channels to what it is given. Grey is
    /// repeated, colours become their luma.
    static func convert(
        from source: Int, to target: Int, _ pixels: UnsafeMutableBufferPointer<UInt8>,
        fill: (UnsafeMutableBufferPointer<UInt8>) throws(DatasetError) -> Void
    ) throws(DatasetError) {
        let plane = pixels.count / target
        if source == target {
            try fill(pixels)
        } else if source == 1 {
            let first = UnsafeMutableBufferPointer(rebasing: pixels[..<plane])
            try fill(first)
            for channel in 1..<target {
                (pixels.baseAddress! + channel * plane).update(from: first.baseAddress!, count: plane)
            }
        } else {
            let colour = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: source * plane)
            defer { colour.deallocate() }
            try fill(colour)
            Luma.convert(UnsafeBufferPointer(colour), into: pixels)
        }
    }
}

extension Normalisation {
    /// The same for `channels` channels: grey repeats its one mean and deviation; of colours, the luma's mean, and a deviation as if all
    /// three moved together.
    package func adapted(toChannels channels: Int) -> Normalisation {
        if mean.count == channels { return self }
        if channels == 3 {
            return Normalisation(
                mean: [Float](repeating: mean[0], count: 3),
                standardDeviation: [Float](repeating: standardDeviation[0], count: 3))
        }
        func weighted(_ values: [Float]) -> Float { zip(values, Luma.weights).reduce(0) { $0 + $1.0 * $1.1 } }
        return Normalisation(mean: [weighted(mean)], standardDeviation: [weighted(standardDeviation)])
    }
}
