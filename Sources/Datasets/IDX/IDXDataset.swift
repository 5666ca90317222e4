package import ImageFiles
package import Tensors

/// Grey images and labels in the four IDX files of MNIST and its kin, plain or gzip'd.
package struct IDXDataset: ImageDataset {
    package let name: String
    package let classNames: [String]
    package let imageShape: Shape
    package let normalisation: Normalisation
    package let identityBasis: IdentityBasis
    package let inventory: DatasetInventory
    private let images: [Split: IDXFile]
    private let labels: [Split: IDXFile]

    /// The bytes are in memory as they are: a cache would only copy them.
    package var isWorthCaching: Bool { false }

    /// Reads the four files in `folder`.
    ///
    /// Throws when one is missing, malformed, or disagrees with another. Mean and deviation are exact, over every training pixel.
    package init(folder: String, options: DatasetOptions = DatasetOptions()) throws(DatasetError) {
        let root = FilePath(typed: folder)
        let files = try IDXFiles(in: root)
        var images = [Split: IDXFile]()
        var labels = [Split: IDXFile]()
        for split in Split.allCases {
            let (pixels, classes) = (
                try IDXFile(reading: files.images(split), rank: 3), try IDXFile(reading: files.labels(split), rank: 1)
            )
            guard pixels.header.dimensions[0] == classes.header.dimensions[0] else {
                throw .bad(
                    path: classes.path, offset: 4,
                    problem:
                        "\(classes.header.dimensions[0]) labels for the \(pixels.header.dimensions[0]) images of \(pixels.path)",
                    remedy: "take both files from the same download")
            }
            images[split] = pixels
            labels[split] = classes
        }
        let training = images[.training]!
        let validation = images[.validation]!
        let size = Array(training.header.dimensions[1...])
        guard Array(validation.header.dimensions[1...]) == size else {
            throw .bad(
                path: validation.path, offset: 8,
                problem: "images of \(validation.header.dimensions[1]) × \(validation.header.dimensions[2]), "
                    + "the training images have \(size[0]) × \(size[1])",
                remedy: "take both files from the same download")
        }
        let classCount = try Self.checkedClassCount(
            training: labels[.training]!, validation: labels[.validation]!, allowsGaps: options.classes != nil)
        let histogram = Self.histogram(of: training)

        name = EscapedName.text(of: root.name)
        classNames = (0..<classCount).map(String.init)
        imageShape = [1, size[0], size[1]]
        normalisation = try Self.normalisation(of: histogram, training)
        identityBasis = .examples(traits: Array("\(size[0]) × \(size[1]), \(histogram)".utf8))
        inventory = files.inventory
        self.images = images
        self.labels = labels
    }

    package func exampleCount(_ split: Split) -> Int {
        images[split]!.header.dimensions[0]
    }

    package func label(of index: Int, in split: Split) -> Int {
        Int(labels[split]!.elements[index])
    }

    package func decode(_ index: Int, of split: Split, into pixels: UnsafeMutableBufferPointer<UInt8>) throws(DatasetError) {
        let count = imageShape.elementCount
        _ = pixels.update(fromContentsOf: images[split]!.elements[index * count..<(index + 1) * count])
    }

    // MARK: Contents

    /// One more than the highest label. Classes are numbered without gaps from 0, unless `allowsGaps`, and validation has none that
    /// training lacks.
    private static func checkedClassCount(
        training: IDXFile, validation: IDXFile, allowsGaps: Bool
    ) throws(DatasetError) -> Int {
        var seen = [Bool](repeating: false, count: 256)
        for label in training.elements { seen[Int(label)] = true }
        let classCount = seen.lastIndex(of: true)! + 1
        if !allowsGaps, let gap = seen[..<classCount].firstIndex(of: false) {
            let place = training.elements.firstIndex(of: UInt8(classCount - 1))!
            throw .bad(
                path: training.path, offset: training.header.byteCount + place,
                problem: "label \(classCount - 1), but no training image has label \(gap)",
                remedy:
                    "give --classes \(classCount), which leaves such labels without images, or number the classes from 0 without gaps"
            )
        }
        if let place = validation.elements.firstIndex(where: { !seen[Int($0)] }) {
            let label = Int(validation.elements[place])
            throw .bad(
                path: validation.path, offset: validation.header.byteCount + place,
                problem: "label \(label), but "
                    + (label < classCount ? "no training image has it" : "the training labels end at \(classCount - 1)"),
                remedy: "take both label files from the same download")
        }
        return classCount
    }

    /// How many training pixels have each value.
    private static func histogram(of training: IDXFile) -> [Int] {
        var histogram = [Int](repeating: 0, count: 256)
        histogram.withUnsafeMutableBufferPointer { bins in
            for pixel in training.elements { bins[Int(pixel)] += 1 }
        }
        return histogram
    }

    /// Exact: from a histogram of all training pixels.
    private static func normalisation(of histogram: [Int], _ training: IDXFile) throws(DatasetError) -> Normalisation {
        let count = Double(training.elements.count)
        let mean = histogram.enumerated().reduce(0.0) { $0 + Double($1.offset) * Double($1.element) } / count
        let variance = histogram.enumerated().reduce(0.0) { sum, bin in
            let distance = Double(bin.offset) - mean
            return sum + distance * distance * Double(bin.element)
        }
        guard variance > 0 else {
            throw .bad(
                path: training.path, offset: training.header.byteCount,
                problem: "every training pixel is \(Int(mean)): there is nothing to learn",
                remedy: "download the file again")
        }
        return Normalisation(mean: [Float(mean / 255)], standardDeviation: [Float((variance / count).squareRoot() / 255)])
    }
}
