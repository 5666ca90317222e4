import Datasets
import ImageFiles
import Tensors
import TestSupport
import Testing

/// Which windows of an image are shown, pixel by pixel.
@Suite struct ImageViewsTests {
    /// Images whose pixels say where they are: row in the tens, column in the ones, and the image's number in the hundreds.
    private struct Places: ImageDataset {
        var imageShape: Shape = [1, 8, 9]
        let name = "places"
        let classNames = ["a", "b"]
        let normalisation = Normalisation(mean: [0], standardDeviation: [1])
        let isWorthCaching = false

        func exampleCount(_ split: Split) -> Int { 2 }
        func label(of index: Int, in split: Split) -> Int { 1 - index }
        func decode(_ index: Int, of split: Split, into pixels: UnsafeMutableBufferPointer<UInt8>) throws(DatasetError) {
            for place in pixels.indices {
                pixels[place] = UInt8(100 * index + 10 * (place / imageShape[2]) + place % imageShape[2])
            }
        }
    }

    private func corner(_ set: ViewedDataset, _ index: Int) throws -> (first: UInt8, second: UInt8) {
        let pixels = try set.pixels(index, of: .validation)
        return (pixels[0], pixels[1])
    }

    @Test func tenCropsAreTorchvisions() throws {
        let set = try ViewedDataset(Places(), views: .crops(.ten), inputShape: [1, 4, 5], seed: 0)
        #expect(set.exampleCount(.validation) == 20 && set.exampleCount(.training) == 0)
        // Upper left, upper right, lower left, lower right, and the centre.
        let corners: [UInt8] = [0, 4, 40, 44, 22]
        for image in 0..<2 {
            for (view, place) in corners.enumerated() {
                let plain = try set.pixels(10 * image + view, of: .validation)
                let first = place + UInt8(100 * image)
                let window = (0..<4).map { row in (0..<5).map { first + UInt8(10 * row + $0) } }
                #expect(plain == Array(window.joined()))
                let mirrored = try set.pixels(10 * image + view + 5, of: .validation)
                #expect(mirrored == Array(window.map { $0.reversed() }.joined()))
                #expect(set.label(of: 10 * image + view, in: .validation) == 1 - image)
            }
        }
    }

    @Test func fewerViewsAreTheFirstOfThese() throws {
        func firsts(_ crops: ImageViews.Crops) throws -> [UInt8] {
            let set = try ViewedDataset(Places(), views: .crops(crops), inputShape: [1, 4, 5], seed: 0)
            return try (0..<ImageViews.crops(crops).count).map { try corner(set, $0).first }
        }
        #expect(try firsts(.centre) == [22] && firsts(.mirrored) == [22, 26] && firsts(.five) == [0, 4, 40, 44, 22])
        #expect(try firsts(.ten).count == 10)
    }

    /// A batch of a pipeline holds the centre that it holds without views.
    @Test func theCentreIsThatOfEvaluation() throws {
        func first(_ set: any ImageDataset) throws -> [Float] {
            let pipeline = try BatchPipeline(set, .validation, batchSize: 2, inputShape: [1, 4, 5], seed: 0)
            let batch = try pipeline.waitForNext()
            defer { batch.release() }
            return Array(batch.images)
        }
        let viewed = try ViewedDataset(Places(), views: .crops(.centre), inputShape: [1, 4, 5], seed: 0)
        #expect(try first(viewed) == first(Places()))
    }

    @Test func shiftsCoverAllThatThereIs() throws {
        let set = try ViewedDataset(Places(), views: .shiftedPairs(200), inputShape: [1, 4, 5], seed: 3)
        #expect(set.reach == (4, 4) && set.viewCount == 400)
        let places = try (0..<400).map { try corner(set, $0).first }
        #expect(Set(places) == Set((0...4).flatMap { row in (0...4).map { UInt8(10 * row + $0) } }))
        // Neither the same twice in every pair nor the same for every image and seed.
        #expect((0..<200).contains { places[2 * $0] != places[2 * $0 + 1] })
        #expect(try (0..<400).map { try corner(set, 400 + $0).first } != places.map { $0 + 100 })
        let other = try ViewedDataset(Places(), views: .shiftedPairs(200), inputShape: [1, 4, 5], seed: 4)
        #expect(try (0..<400).map { try corner(other, $0).first } != places)
    }

    /// Where a network sees all of an image, it is shifted by an eighth, and what comes in is its mirror image.
    @Test func whereThereIsNoRoomEdgesAreReflected() throws {
        let set = try ViewedDataset(Places(), views: .shiftedPairs(100), inputShape: [1, 8, 9], seed: 3)
        #expect(set.reach == (2, 2))
        var seen: Set<UInt8> = []
        for view in 0..<200 {
            let pixels = try set.pixels(view, of: .validation)
            // The pixel of the second row and column tells the shift.
            let (top, left) = (Int(pixels[10]) / 10 - 1, Int(pixels[10]) % 10 - 1)
            seen.insert(pixels[10])
            func reflected(_ place: Int, _ extent: Int) -> Int {
                place < 0 ? -place : place >= extent ? 2 * extent - 2 - place : place
            }
            let expected = (0..<8).flatMap { row in
                (0..<9).map { column in UInt8(10 * reflected(top + row, 8) + reflected(left + column, 9)) }
            }
            #expect(pixels == expected)
        }
        #expect(seen.count == 9)
    }

    @Test func cropsWithoutRoomAreRefused() throws {
        expectError(.usage, naming: "crops of corners have no room", "8 × 9", "--crops mirrored") {
            _ = try ViewedDataset(Places(), views: .crops(.five), inputShape: [1, 8, 9], seed: 0)
        }
        _ = try ViewedDataset(Places(), views: .crops(.mirrored), inputShape: [1, 8, 9], seed: 0)
    }
}
