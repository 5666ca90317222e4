import Datasets
import ImageFiles
import SyntheticScenes
import Tensors
import TestSupport
import Testing

@Suite struct SyntheticDatasetTests {
    private func set(
        classes: Int = 16, size: Int = 40, seed: UInt64 = 0, difficulty: SyntheticDifficulty = .normal, training: Int = 1000
    ) throws -> SyntheticDataset {
        var options = SyntheticDataset.Options()
        options.classes = classes
        options.seed = seed
        options.difficulty = difficulty
        options.trainingCount = max(training, classes)
        options.validationCount = max(classes, 160)
        return try SyntheticDataset(options, height: size, width: size)
    }

    @Test func anImageIsAFunctionOfSeedSplitAndIndex() throws {
        let (first, again, other) = (try set(), try set(), try set(seed: 1))
        for index in [0, 7, 999] {
            #expect(try first.pixels(index) == again.pixels(index))
            #expect(try first.pixels(index) != other.pixels(index))
        }
        #expect(try first.pixels(5, of: .training) != first.pixels(5, of: .validation))
        #expect(try first.pixels(0) != first.pixels(16))
    }

    @Test(arguments: [2, 16, 20, 21, 200, 201, 1000]) func everyClassHasANameAndImages(classes: Int) throws {
        let set = try set(classes: classes)
        #expect(Set(set.classNames).count == classes)
        #expect(Set((0..<classes).map { set.label(of: $0, in: .validation) }).count == classes)
        #expect(try Set(set.pixels(classes - 1)).count > 32)
    }

    /// Outlines are counted through first, then patterns, then numbers of objects.
    @Test func aClassIsNamedForAllThatTellsIt() throws {
        #expect(try set(classes: 20).classNames[19] == "gear")
        let names = try set(classes: 1000).classNames
        #expect(
            [0, 19, 20, 199, 200, 999].map { names[$0] }
                == ["plain disc", "plain gear", "striped disc", "scaly gear", "2 × plain disc", "5 × scaly gear"])
    }

    @Test(arguments: SyntheticDifficulty.allCases, [(8, 8), (31, 57), (100, 64)])
    func anySizeCanBeRendered(difficulty: SyntheticDifficulty, size: (Int, Int)) throws {
        var options = SyntheticDataset.Options()
        options.difficulty = difficulty
        let set = try SyntheticDataset(options, height: size.0, width: size.1)
        #expect(set.imageShape == [3, size.0, size.1])
        for index in 0..<32 { #expect(try Set(set.pixels(index)).count > 16) }
    }

    @Test func pixelsComeOutNearZeroAndOneOnceNormalised() throws {
        let set = try set()
        let values = try (0..<200).flatMap { try set.pixels($0) }.map { Float($0) / 255 }
        let mean = values.reduce(0, +) / Float(values.count)
        let deviation = (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Float(values.count)).squareRoot()
        #expect(abs(mean - set.normalisation.mean[0]) < 0.04)
        #expect(abs(deviation - set.normalisation.standardDeviation[0]) < 0.04)
    }

    /// The nearest class mean, in pixels, is right in less than a third: what tells a class is at no fixed place, size or colour.
    @Test func pixelsAloneHardlyTellTheClass() throws {
        let set = try set(size: 32)
        let (classes, size) = (16, set.imageShape.elementCount)
        var means = [[Float]](repeating: [Float](repeating: 0, count: size), count: classes)
        for index in 0..<960 {
            let pixels = try set.pixels(index)
            for i in 0..<size { means[index % classes][i] += Float(pixels[i]) / 60 }
        }
        var hits = 0
        for index in 0..<160 {
            let pixels = try set.pixels(index, of: .validation).map(Float.init)
            let distances = means.map { mean in
                (0..<size).reduce(Float(0)) { $0 + (mean[$1] - pixels[$1]) * (mean[$1] - pixels[$1]) }
            }
            if distances.indices.min(by: { distances[$0] < distances[$1] }) == index % classes { hits += 1 }
        }
        // Chance is 10 of 160.
        #expect(hits < 50)
    }

    @Test func optionsOutOfRangeAreNamed() {
        expectError(.usage, naming: "1001 classes", "from 2 to 1000") { _ = try set(classes: 1001) }
        expectError(.usage, naming: "1 classes", "from 2 to 1000") { _ = try set(classes: 1) }
        expectError(.usage, naming: "5 × 5", "size=") { _ = try set(size: 5) }
        expectError(.usage, naming: "10 training", "at least 16") {
            var options = SyntheticDataset.Options()
            options.trainingCount = 10
            _ = try SyntheticDataset(options, height: 64, width: 64)
        }
    }
}
