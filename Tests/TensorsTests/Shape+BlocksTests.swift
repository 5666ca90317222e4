import Tensors
import Testing

@Suite struct ShapeBlocksTests {
    private let shape: Shape = [4, 3, 5]

    @Test func aBlockOfWholeRowsIsARun() {
        #expect(shape.run(of: [1..<3, 0..<3, 0..<5]) == 15..<45)
        #expect(shape.run(of: [2..<3, 1..<3, 0..<5]) == 35..<45)
        #expect(shape.run(of: [2..<3, 1..<2, 1..<4]) == 36..<39)
        #expect(shape.run(of: [0..<4, 0..<3, 0..<5]) == 0..<60)
    }

    @Test func aBlockWithGapsIsNone() {
        #expect(shape.run(of: [1..<3, 0..<2, 0..<5]) == nil)
        #expect(shape.run(of: [0..<4, 0..<3, 1..<5]) == nil)
    }

    @Test func aRunIsTheRowsOneAfterTheOther() {
        for ranges in [[1..<3, 0..<3, 0..<5], [2..<3, 1..<3, 0..<5], [3..<4, 2..<3, 0..<2]] {
            var elements: [Int] = []
            shape.forEachRow(of: ranges) { elements += $0 }
            #expect(shape.run(of: ranges).map(Array.init) == elements)
        }
    }
}
