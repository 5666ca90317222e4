package import ImageFiles
package import SyntheticScenes
package import Tensors

/// Images that the program renders itself: coloured shapes, turned, scaled and patterned, among clutter that shares their
/// colours and textures.
///
/// A class is an outline; with more than 20 classes an outline and a fill pattern (up to 200), with more still also the
/// number of objects (up to 1,000). Whatever does not tell the class varies from image to image. Example i of a split
/// is a function of (seed, split, i), and has class i modulo the number of classes.
package struct SyntheticDataset: ImageDataset {
    /// What to render.
    package struct Options: Sendable, Hashable {
        package var classes = 16
        /// Rows and columns of an image in pixels; without it, as many as the network and its crops want.
        package var size: Int?
        package var trainingCount = 10_000
        package var validationCount = 1_000
        package var seed: UInt64 = 0
        package var difficulty = SyntheticDifficulty.normal

        package init() {}
    }

    /// Outlines × patterns × numbers of objects.
    package static let classLimit = Silhouette.allCases.count * FillPattern.allCases.count * countLimit
    private static let countLimit = 5

    package let name = "synthetic"
    package let classNames: [String]
    package let imageShape: Shape
    package var isWorthCaching: Bool { true }
    let options: Options
    private let composer: SceneComposer
    private let renderer: SceneRenderer

    /// Measured over 2,000 images; the exact figures do not matter, only that values come out near 0 ± 1.
    package var normalisation: Normalisation {
        Normalisation(mean: [0.41, 0.41, 0.41], standardDeviation: [0.24, 0.24, 0.24])
    }

    /// Images of [3, height, width] unless `options` say another size.
    ///
    /// Throws when an option is out of its range.
    package init(_ options: Options = Options(), height: Int, width: Int) throws(DatasetError) {
        guard (2...Self.classLimit).contains(options.classes) else {
            throw .unsuitable(
                problem: "the synthetic set has no \(options.classes) classes",
                remedy: "give classes= from 2 to \(Self.classLimit)")
        }
        guard options.trainingCount >= options.classes && options.validationCount >= options.classes else {
            throw .unsuitable(
                problem: "\(options.trainingCount) training and \(options.validationCount) validation images do not show all "
                    + "\(options.classes) classes",
                remedy: "give train= and val= at least \(options.classes)")
        }
        let (height, width) = (options.size ?? height, options.size ?? width)
        guard (8...4096).contains(height) && (8...4096).contains(width) else {
            throw .unsuitable(
                problem: "shapes cannot be told apart, or not be held, in \(height) × \(width) pixels",
                remedy: "give size= from 8 to 4096")
        }
        self.options = options
        imageShape = [3, height, width]
        composer = SceneComposer(height: height, width: width, difficulty: options.difficulty)
        renderer = SceneRenderer(height: height, width: width)
        classNames = (0..<options.classes).map { Self.attributes(of: $0, classCount: options.classes).name }
    }

    package func exampleCount(_ split: Split) -> Int {
        split == .training ? options.trainingCount : options.validationCount
    }

    package func label(of index: Int, in split: Split) -> Int {
        index % options.classes
    }

    package func decode(_ index: Int, of split: Split, into pixels: UnsafeMutableBufferPointer<UInt8>) throws(DatasetError) {
        let stream: UInt32 = split == .training ? 0 : 2
        let attributes = Self.attributes(of: label(of: index, in: split), classCount: options.classes)
        var draws = Draws(RandomSource(seed: options.seed, purpose: .synthesis, stream: stream), example: index)
        let scene = composer.scene(of: attributes.silhouette, pattern: attributes.pattern, count: attributes.count, &draws)
        renderer.render(
            scene, noise: RandomSource(seed: options.seed, purpose: .synthesis, stream: stream + 1), example: index, into: pixels)
    }

    /// What all images of a class share.
    private struct Attributes {
        var silhouette: Silhouette
        var pattern: FillPattern?
        var count: Int
        var name: String
    }

    private static func attributes(of label: Int, classCount: Int) -> Attributes {
        let silhouettes = Silhouette.allCases
        let patterns = FillPattern.allCases
        let silhouette = silhouettes[label % silhouettes.count]
        guard classCount > silhouettes.count else {
            return Attributes(silhouette: silhouette, pattern: nil, count: 1, name: silhouette.rawValue)
        }
        let pattern = patterns[label / silhouettes.count % patterns.count]
        let count = label / (silhouettes.count * patterns.count) + 1
        let name = "\(pattern.rawValue) \(silhouette.rawValue)"
        return Attributes(silhouette: silhouette, pattern: pattern, count: count, name: count == 1 ? name : "\(count) × \(name)")
    }
}
