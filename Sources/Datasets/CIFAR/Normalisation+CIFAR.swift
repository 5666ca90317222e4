import ImageFiles

extension Normalisation {
    /// Mean and deviation of each channel of a CIFAR set, exact: from how many training pixels have each value, [C, 256].
    ///
    /// Throws where all pixels of a channel are the same, which nothing can be divided by.
    /// - Parameter path: the first file of training, as messages have it.
    init(_ version: CIFARVersion, histogram: [Int], path: String) throws(DatasetError) {
        var (means, deviations) = ([Float](), [Float]())
        for (channel, name) in ["red", "green", "blue"].enumerated() {
            let bins = histogram[channel * 256..<(channel + 1) * 256]
            let count = Double(bins.reduce(0, +))
            let mean = zip(0..., bins).reduce(0.0) { $0 + Double($1.0) * Double($1.1) } / count
            let variance = zip(0..., bins).reduce(0.0) { sum, bin in
                let distance = Double(bin.0) - mean
                return sum + distance * distance * Double(bin.1)
            }
            guard variance > 0 else {
                throw .bad(
                    path: path, offset: version.labelBytes + channel * CIFARVersion.planeBytes,
                    problem: "\(name) is \(Int(mean)) in every training pixel: there is nothing to learn from it",
                    remedy: "download the set again")
            }
            means.append(Float(mean / 255))
            deviations.append(Float((variance / count).squareRoot() / 255))
        }
        self.init(mean: means, standardDeviation: deviations)
    }
}
