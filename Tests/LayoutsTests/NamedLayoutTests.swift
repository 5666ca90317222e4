import Layouts
import Tensors
import Testing

@Suite("A format's name says where elements lie") struct NamedLayoutTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let dims: [Int]
        let paddedDims: [Int]
        let strides: [Int]
        var testDescription: String { name }
    }

    /// Strides by hand, of blocked dimensions from block to block.
    @Test(arguments: [
        Case(name: "a", dims: [5], paddedDims: [5], strides: [1]),
        Case(name: "ba", dims: [2, 3], paddedDims: [2, 3], strides: [1, 2]),
        Case(name: "acdb", dims: [2, 5, 3, 4], paddedDims: [2, 5, 3, 4], strides: [60, 1, 20, 5]),
        Case(name: "aBcd16b", dims: [2, 20, 3, 5], paddedDims: [2, 32, 3, 5], strides: [480, 240, 80, 16]),
        Case(name: "Acdb16a", dims: [20, 3, 2, 2], paddedDims: [32, 3, 2, 2], strides: [192, 16, 96, 48]),
        Case(name: "AB8b16a2b", dims: [17, 33], paddedDims: [32, 48], strides: [768, 256]),
        Case(name: "ABcd4b16a4b", dims: [16, 20, 1, 1], paddedDims: [16, 32, 1, 1], strides: [512, 256, 256, 256]),
        Case(name: "BAcd16a16b", dims: [32, 32, 3, 3], paddedDims: [32, 32, 3, 3], strides: [2304, 4608, 768, 256]),
        Case(
            name: "aBCde16c16b", dims: [2, 16, 16, 3, 3], paddedDims: [2, 16, 16, 3, 3], strides: [2304, 2304, 2304, 768, 256]),
    ])
    func stridesAndPadding(_ test: Case) throws {
        let layout = try #require(Layout.named(test.name, test.dims, type: .bf16))
        #expect(layout.dims == test.dims && layout.paddedDims == test.paddedDims)
        #expect(layout.elementStrides == test.strides)
        #expect(layout.type == .bf16 && layout.byteCount == 2 * test.paddedDims.reduce(1, *))
        #expect(layout.isDense && layout.library == nil)
    }

    @Test(arguments: [
        "", "any", "opaque", "no such format", "nchw", "abc", "abcde", "abce", "aacd", "abcd ", "aBcd", "abcd16b", "aBcd16",
        "aBcd16B",
        "aBcd0b", "aBcd016b", "aBcd16b16", "aBcd16e", "aBcd16bb", "aBcd99999999999999999999b", "16b", "äbcd",
    ])
    func whatIsNoNameOfFourDimensions(name: String) {
        #expect(Layout.named(name, [2, 3, 4, 5]) == nil)
    }

    @Test func aNameComesBack() throws {
        for name in ["abcd", "acdb", "bcda", "aBcd8b", "ABcd4b16a4b", "BAcd16b16a", "ABcd2a8b8a2b"] {
            #expect(try #require(Layout.named(name, [64, 96, 3, 5])).formatName == name)
        }
    }

    @Test func anotherNumberFormatHasTheSameOrder() throws {
        let narrow = try #require(Layout.named("ABcd16b16a", [20, 33, 3, 3], type: .bf16))
        #expect(narrow.format(type: .f32) == Layout.named("ABcd16b16a", [20, 33, 3, 3]))
        #expect(narrow.format(for: [5, 6, 1, 1], type: .f32).paddedDims == [16, 16, 1, 1])
        #expect(Layout.any([2, 3]).format(type: .f32) == .plain([2, 3]))
    }

    /// A place for each element and no place for two, whatever the extents.
    @Test(arguments: 0..<40) func placesLeadBackToTheirElements(seed: Int) throws {
        let random = RandomSource(seed: UInt64(seed), purpose: .synthesis)
        let names = ["abcd", "acdb", "bcda", "aBcd8b", "ABcd16b16a", "BAcd8a8b", "ABcd4b8a2b", "Abcd16a", "ABcd2a8b8a2b"]
        let name = names[random.integer(index: 0, below: names.count)]
        let dims = [20, 20, 3, 3].enumerated().map { 1 + random.integer(index: $0 + 1, below: $1) }
        let layout = try #require(Layout.named(name, dims))
        let found = (0..<layout.byteCount / 4).compactMap { place in
            layout.index(ofElement: place).map { (place: place, index: $0) }
        }
        #expect(found.count == dims.reduce(1, *) && Set(found.map(\.index)).count == found.count, "\(layout)")
        #expect(found.allSatisfy { layout.elementOffset(of: $0.index) == $0.place }, "\(layout)")
    }
}
