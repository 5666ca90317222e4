import Checkpoints
import Foundation
import Tensors

/// LeNet-5 with weights that are set by hand: it sees whether an image is light or dark, and has one row of scores for light images and one
/// for dark ones. Whatever is said of images of one shade can be worked out.
struct KnownNetwork {
    let classes: Int

    /// Halves, all different: the light row falls from class 2 on and around, the dark one rises.
    func scores(isLight: Bool) -> [Double] {
        (0..<classes).map { Double((isLight ? classes + 1 - $0 : $0 + classes - 2) % classes) / 2 }
    }

    func probabilities(isLight: Bool) -> [Double] {
        let powers = scores(isLight: isLight).map { exp($0) }
        return powers.map { $0 / powers.reduce(0, +) }
    }

    /// The classes, the most probable first.
    func order(isLight: Bool) -> [Int] {
        let scores = scores(isLight: isLight)
        return scores.indices.sorted { scores[$0] > scores[$1] }
    }

    /// What a set of images comes to.
    struct Score {
        let loss: Double
        let top1: Double
        let top5: Double
        /// How many images have their right class at each place.
        let places: [Int]
    }

    func score(_ examples: [Example]) -> Score {
        let places = examples.map { example in order(isLight: example.isLight).firstIndex(of: example.label)! }
        let losses = examples.map { -log(probabilities(isLight: $0.isLight)[$0.label]) }
        let count = Double(examples.count)
        return Score(
            loss: losses.reduce(0, +) / count, top1: Double(places.count { $0 == 0 }) / count,
            top5: Double(places.count { $0 < 5 }) / count, places: (0..<classes).map { place in places.count { $0 == place } })
    }

    struct Example {
        let label: Int
        let isLight: Bool
    }

    /// As many as three batches of 14 have.
    var training: [Example] { (0..<42).map { Example(label: $0 % classes, isLight: $0 * $0 % 7 < 3) } }

    /// A batch of 14, and half a batch whose labels and shades are others.
    var validation: [Example] {
        (0..<21).map { Example(label: ($0 < 14 ? $0 * 3 + 1 : $0 * $0) % classes, isLight: $0 < 14 ? $0 % 3 == 0 : $0 % 4 != 0) }
    }

    // MARK: Files

    /// Writes the weights. A unit says 1 for light and -1 for dark, as large as the squashing function makes it, and hands it on.
    func write(to path: String) throws {
        func tensor(_ shape: [Int], _ values: [Int: Double] = [:]) -> HostTensor {
            var tensor = HostTensor(zeros: Shape(shape))
            for (place, value) in values { tensor.values[place] = Float(value) }
            return tensor
        }
        let (light, dark) = (scores(isLight: true), scores(isLight: false))
        let half = (0..<classes).map { (light[$0] - dark[$0]) / 2 }
        let mean = (0..<classes).map { (light[$0] + dark[$0]) / 2 }
        let middle = 12
        try SafeTensorsFile.write(
            [
                ("conv1.weight", tensor([6, 1, 5, 5], [middle: 20])), ("conv1.bias", tensor([6])),
                ("conv2.weight", tensor([16, 6, 5, 5], [middle: 20])), ("conv2.bias", tensor([16])),
                ("fc3.weight", tensor([120, 400], [0: 20])), ("fc3.bias", tensor([120])),
                ("fc4.weight", tensor([84, 120], [0: 20])), ("fc4.bias", tensor([84])),
                (
                    "fc5.weight",
                    tensor([classes, 84], Dictionary(uniqueKeysWithValues: half.enumerated().map { ($0 * 84, $1) }))
                ),
                ("fc5.bias", tensor([classes], Dictionary(uniqueKeysWithValues: mean.enumerated().map { ($0, $1) }))),
            ], to: path)
    }

    /// An IDX set of the examples, each of one shade.
    func writeIDX(to folder: BadDataFolder, in name: String) throws {
        for (split, examples) in [("train", training), ("t10k", validation)] {
            let header = BadDataFolder.idx([examples.count, 28, 28]).prefix(16)
            let pixels = examples.flatMap { [UInt8](repeating: $0.isLight ? 255 : 0, count: 784) }
            try folder.write("\(name)/\(split)-images-idx3-ubyte", Array(header) + pixels)
            let labels = BadDataFolder.idx([examples.count]).prefix(8)
            try folder.write("\(name)/\(split)-labels-idx1-ubyte", Array(labels) + examples.map { UInt8($0.label) })
        }
    }

    /// The same as photos, whose classes bear these names; of each class those that are light come first.
    func writePhotos(to folder: BadDataFolder, in name: String, names: [String]) throws {
        for (split, examples) in [("train", training), ("val", validation)] {
            for (number, example) in examples.enumerated() {
                let header = Array("P5 28 28 255\n".utf8)
                try folder.write(
                    "\(name)/\(split)/\(names[example.label])/\(example.isLight ? "a" : "b")\(number + 10).pgm",
                    header + [UInt8](repeating: example.isLight ? 255 : 0, count: 784))
            }
        }
    }
}
