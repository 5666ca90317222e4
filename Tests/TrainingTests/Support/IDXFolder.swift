import Foundation

/// An IDX set of 28 × 28 for one test: 40 training and 12 validation images of four classes.
final class IDXFolder {
    let path: String
    /// Of training and of validation, image after image.
    let training: [UInt8]
    let validation: [UInt8]

    /// - Parameter values: how many values pixels have, from 0 on; the more, the brighter the images.
    init(values: Int = 256) throws {
        path = FileManager.default.temporaryDirectory.appendingPathComponent("partrain-idx-" + UUID().uuidString).path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        func pixels(_ count: Int) -> [UInt8] { (0..<count * 784).map { UInt8(($0 * 37 + $0 / 11) % values) } }
        (training, validation) = (pixels(40), pixels(12))
        for (name, images) in [("train", training), ("t10k", validation)] {
            let count = images.count / 784
            try write("\(name)-images-idx3-ubyte", [count, 28, 28], images)
            try write("\(name)-labels-idx1-ubyte", [count], (0..<count).map { UInt8($0 % 4) })
        }
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    private func write(_ name: String, _ dimensions: [Int], _ elements: [UInt8]) throws {
        let sizes = dimensions.flatMap { size -> [UInt8] in [24, 16, 8, 0].map { UInt8(size >> $0 & 255) } }
        let header: [UInt8] = [0, 0, 8, UInt8(dimensions.count)] + sizes
        try Data(header + elements).write(to: URL(fileURLWithPath: path + "/" + name))
    }

    /// Mean and deviation of the training pixels, scaled to [0, 1], in two passes of double precision.
    var moments: (mean: Double, deviation: Double) {
        let values = training.map { Double($0) / 255 }
        let mean = values.reduce(0, +) / Double(values.count)
        return (mean, (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)).squareRoot())
    }
}
